// Moves rows by buttons, by Alt and the arrow keys, or by dragging, and renumbers them.
//
// Rows with the same parent, or without one, are moved among each other, together with their
// children. Without script, people type the numbers.

const EDGE = 40; // pixels from the edge of the window within which dragging scrolls it

const texts = document.querySelector("[data-ordering]")?.dataset;
if (texts) {
  for (const group of document.querySelectorAll(".inline-group")) order(group);
}

function order(group) {
  const rows = () =>
    [...group.querySelectorAll(".inline-related:not(.empty-form)")].filter((row) => number(row));
  for (const row of rows()) equip(row);
  arrange();
  group.addEventListener("formset:added", ({ target }) => {
    if (!number(target)) return;
    equip(target);
    const last = Math.max(0, ...besides(target).map((row) => Number(number(row).value)));
    if (!number(target).value) write(target, last + 1);
  });

  // A form with errors has its rows in the stored order: sort them by the typed numbers.
  function arrange() {
    const top = rows().filter((row) => !above(row));
    const sorted = (list) => list.sort((a, b) => number(a).value - number(b).value);
    const end = rows().at(-1)?.nextSibling;
    for (const row of sorted(top)) place(row, (each) => end.before(each));
  }

  // Calls `put` for a row and then for its children in their order.
  function place(row, put) {
    const following = below(row).sort((a, b) => number(a).value - number(b).value);
    for (const each of [row, ...following]) put(each);
  }

  function number(row) {
    return row.querySelector('input[name$="-number"]');
  }

  function above(row) {
    return row.querySelector('select[name$="-parent"]')?.value ?? "";
  }

  function below(row) {
    const record = row.querySelector('input[name$="-id"]')?.value;
    return record ? rows().filter((each) => above(each) === record) : [];
  }

  function siblings(row) {
    return rows().filter((each) => above(each) === above(row));
  }

  function besides(row) {
    return siblings(row).filter((each) => each !== row);
  }

  function write(row, value) {
    number(row).value = value;
    number(row).dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Moves a row to an index among its siblings, and gives them their present numbers in order.
  function move(row, index) {
    const list = siblings(row);
    const others = list.filter((each) => each !== row);
    if (index < 0 || index > others.length || index === list.indexOf(row)) return;
    const numbers = list.map((each) => Number(number(each).value)).sort((a, b) => a - b);
    const before = others[index];
    if (before) place(row, (each) => before.before(each));
    else {
      const last = [others.at(-1), ...below(others.at(-1))].at(-1);
      const end = last.nextSibling;
      place(row, (each) => end.before(each));
    }
    others.splice(index, 0, row);
    others.forEach((each, turn) => {
      if (Number(number(each).value) !== numbers[turn]) write(each, numbers[turn]);
    });
    document.querySelector("[data-ordering]").textContent = texts.moved
      .replace("{record}", name(row))
      .replace("{place}", index + 1)
      .replace("{count}", others.length);
  }

  function name(row) {
    return row.querySelector(".field-code .readonly")?.textContent.trim() || texts.row;
  }

  function step(row, by) {
    move(row, siblings(row).indexOf(row) + by);
  }

  function equip(row) {
    const tools = document.createElement("span");
    tools.className = "moving";
    for (const [sign, by, text] of [["↑", -1, texts.up], ["↓", 1, texts.down]]) {
      const button = Object.assign(document.createElement("button"), {
        type: "button",
        textContent: sign,
        title: text,
      });
      button.setAttribute("aria-label", `${text}: ${name(row)}`);
      button.addEventListener("click", () => {
        step(row, by);
        button.focus();
      });
      tools.append(button);
    }
    const handle = Object.assign(document.createElement("span"), {
      className: "handle",
      textContent: "⠿",
      title: texts.drag,
    });
    handle.setAttribute("aria-hidden", "true");
    tools.append(handle);
    row.querySelector("h3").append(tools);
    row.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || !event.altKey) return;
      event.preventDefault();
      const focused = document.activeElement;
      step(row, by);
      focused.focus();
    });
    drag(row, handle);
  }

  // Pointer events: a mouse, a pen or a finger drags the handle and drops it over another row.
  function drag(row, handle) {
    let target;
    const mark = (next) => {
      target?.row.classList.remove("drop-before", "drop-after");
      target = next;
      target?.row.classList.add(target.isAfter ? "drop-after" : "drop-before");
    };
    const stop = () => {
      row.classList.remove("dragged");
      mark(undefined);
    };
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // no text is selected while dragging
      handle.setPointerCapture(event.pointerId);
      row.classList.add("dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      if (event.clientY < EDGE) scrollBy(0, -EDGE);
      if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE);
      mark(besides(row).map((each) => over(each, event.clientY)).find(Boolean));
    });
    handle.addEventListener("pointerup", () => {
      const { row: other, isAfter } = target ?? {};
      stop();
      if (other) move(row, besides(row).indexOf(other) + isAfter);
    });
    handle.addEventListener("pointercancel", stop);
  }

  // Returns the row, and which half of it, at a height of the screen (pixels), or undefined.
  function over(row, y) {
    const { top, bottom } = row.getBoundingClientRect();
    return y >= top && y < bottom ? { row, isAfter: y > (top + bottom) / 2 } : undefined;
  }
}
