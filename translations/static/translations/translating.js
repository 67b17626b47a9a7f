// Helps to translate: terms by a click, warnings as one types, Ctrl and Enter to save and go on.

const REST = 400; // milliseconds without a new letter before the translation is checked

const form = document.getElementById("translation");
const text = document.getElementById("text");
if (form && text) help();

function help() {
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => {
      text.focus();
      text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.elements._next);
  });
  let timer;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => check().catch(() => {}), REST);
  });
}

async function check() {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("text", text.value);
  const asked = text.value;
  const response = await fetch(form.dataset.check, { method: "POST", body });
  if (!response.ok || response.redirected || text.value !== asked) return;
  const { problems } = await response.json();
  const list = document.querySelector("#problems ul");
  list.replaceChildren(
    ...problems.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })),
  );
}
