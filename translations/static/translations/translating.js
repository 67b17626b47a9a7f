// Helps translators in the editor: a click inserts a term, problems are shown while one types, and
// Ctrl+Enter saves the translation and opens the next one.

const CHECK_DELAY_MS = 400; // without a change of the text

const form = document.getElementById("translation");
const text = document.getElementById("text");
if (form && text) enhanceEditor();

function enhanceEditor() {
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
    timer = setTimeout(() => showProblems().catch(() => {}), CHECK_DELAY_MS);
  });
}

async function showProblems() {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("text", text.value);
  const checkedText = text.value;
  const response = await fetch(form.dataset.check, { method: "POST", body });
  // The text may have changed while the server checked it.
  if (!response.ok || response.redirected || text.value !== checkedText) return;
  const { problems } = await response.json();
  const list = document.querySelector("#problems ul");
  list.replaceChildren(
    ...problems.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })),
  );
}
