// Suggests search queries while somebody types. The field becomes a combobox with a list, as the
// ARIA Authoring Practices Guide describes it; in everything else it stays a search field.

const REST = 120; // milliseconds without a new letter before the server is asked
const FEWEST_LETTERS = 2;
const MOST_OPTIONS = 8;
const MOST_ANSWERS = 50;
const answers = new Map();

// On-screen keyboards compose every word; with other keyboards, composed text is not finished yet.
const isComposedAlways = matchMedia("(pointer: coarse)").matches;

export function suggestIn(field) {
  if (field.getAttribute("role") === "combobox") return;
  const { suggestionsLabel: label, suggestionsSheet: href } =
    document.querySelector("[data-suggestions-label]").dataset;
  if (!document.querySelector(`link[href="${href}"]`)) {
    document.head.append(make("link", { rel: "stylesheet", href }));
  }
  const list = make("ul", {
    id: `${field.id}-suggestions`,
    class: "suggestions",
    role: "listbox",
    "aria-label": label,
    hidden: "",
  });
  const status = make("p", { class: "visually-hidden", role: "status" });
  field.form.append(list, status);
  setAttributes(field, {
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": false,
  });

  let timer;
  let request;

  function stop() {
    clearTimeout(timer);
    request?.abort();
  }

  const active = () => list.querySelector('[aria-selected="true"]');

  function activate(option) {
    active()?.setAttribute("aria-selected", false);
    if (!option) return field.removeAttribute("aria-activedescendant");
    stop(); // A later answer must not replace the list while an option is active.
    option.setAttribute("aria-selected", true);
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function open(isOpen) {
    activate();
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", isOpen);
  }

  function close() {
    stop();
    open(false);
    status.textContent = "";
  }

  function show(suggestions) {
    const idOf = (index) => `${list.id}-${index + 1}`;
    list.replaceChildren(...suggestions.map((suggestion, index) => optionOf(suggestion, idOf(index))));
    open(suggestions.length > 0);
    // “Label: number” needs no plural forms, of which Arabic has six.
    status.textContent = `${label}: ${suggestions.length}`;
  }

  async function ask(address) {
    const { signal } = (request = new AbortController());
    try {
      const response = await fetch(address, { signal });
      const { suggestions } = await response.json();
      keep(address, suggestions.slice(0, MOST_OPTIONS));
      if (!signal.aborted) show(answers.get(address));
    } catch {
      if (!signal.aborted) close();
    }
  }

  function follow() {
    stop();
    activate();
    if (field.value.trim().length < FEWEST_LETTERS) return close();
    const address = `${field.form.dataset.suggestions}?${new URLSearchParams({ q: field.value })}`;
    if (answers.has(address)) show(answers.get(address));
    else timer = setTimeout(ask, REST, address);
  }

  function choose(option) {
    close();
    location.assign(option.dataset.url);
  }

  // The action of each key. If it returns true, the browser's own action is prevented.
  const keys = {
    ArrowDown() {
      if (list.hidden) return follow();
      activate(active()?.nextElementSibling ?? list.firstElementChild);
      return true;
    },
    ArrowUp() {
      if (list.hidden) return;
      activate(active()?.previousElementSibling ?? list.lastElementChild);
      return true;
    },
    ArrowLeft: () => activate(),
    ArrowRight: () => activate(),
    Home: () => activate(),
    End: () => activate(),
    Enter() {
      if (active()) {
        choose(active());
        return true;
      }
    },
    Escape() {
      const wasOpen = !list.hidden;
      close();
      return wasOpen;
    },
  };

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]?.()) event.preventDefault();
  });
  field.addEventListener("input", (event) => {
    if (event.isComposing && !isComposedAlways) stop();
    else follow();
  });
  field.addEventListener("compositionend", follow);
  field.addEventListener("blur", close);
  field.form.addEventListener("submit", close);
  // The field keeps the focus; otherwise the list would close before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });

  // The field may have been typed in before this file was loaded.
  if (field.value !== field.defaultValue && field === document.activeElement) follow();
}

function keep(address, suggestions) {
  if (answers.size >= MOST_ANSWERS) answers.delete(answers.keys().next().value);
  answers.set(address, suggestions);
}

function optionOf({ kind, label, text, language, direction, kind_label: kindLabel, url }, id) {
  const texts = make("span", {});
  // A code is written the same way in both languages.
  if (kind === "code") texts.append(make("bdi", { class: "code", lang: language, dir: "ltr" }, label));
  else texts.append(make("span", { lang: language, dir: direction }, label));
  if (text) texts.append(" ", make("span", { lang: language, dir: direction }, text));
  const attributes = { id, role: "option", "aria-selected": false };
  const option = make("li", attributes, texts, " ", make("small", { class: "kind" }, kindLabel));
  option.dataset.url = url;
  return option;
}

function make(name, attributes, ...content) {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...content);
  return element;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
