// What pages do only with JavaScript; they can be read and used without this file.

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
const toast = find(".toast");

// The only places where a text becomes HTML, in a document that runs no scripts, or the address of
// a script. A browser with trusted types refuses all other texts.

const ours = { createHTML: (text) => text, createScriptURL: (address) => address };
const trusted = globalThis.trustedTypes?.createPolicy("portal", ours) ?? ours;
const parsed = (text) => new DOMParser().parseFromString(trusted.createHTML(text), "text/html");

// Local storage; a browser that refuses it has empty values.

const store = {
  read(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // The storage may be full or not allowed; the page works without it.
    }
  },
};

let toastTimer;

function say(text) {
  toast.textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.textContent = ""), 4000);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(toast.dataset.copied);
  } catch {
    say(toast.dataset.notCopied);
  }
}

// Settings: text size, colours, digits, both languages, keys.

const form = find(".settings");

async function showDigits() {
  if (root.dataset.digits === "arabic" || form.dataset.hadDigits) {
    form.dataset.hadDigits = "yes";
    const { setDigits } = await import("./digits.js");
    setDigits(document.body, root.dataset.digits === "arabic");
  }
}

function keepSetting(name, value) {
  store.write("settings", { ...store.read("settings", {}), [name]: value });
  if (name === "view") return;
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
}

const settings = store.read("settings", {});
for (const input of form.elements) {
  if (input.name in settings) input.checked = input.value === settings[input.name];
}
form.addEventListener("change", ({ target }) => {
  keepSetting(target.name, target.type === "checkbox" && !target.checked ? "" : target.value);
  if (target.name === "digits") showDigits();
  const view = find("[data-view][href]");
  if (target.name === "view" && (view?.dataset.view === "parallel") === target.checked) view?.click();
});
form.addEventListener("submit", (event) => event.preventDefault());
showDigits();

// Links to the other language and the other view keep the fragment of the address.

for (const link of document.querySelectorAll("[data-keeps-fragment]")) {
  link.addEventListener("click", () => {
    link.hash = location.hash;
    if ("view" in link.dataset) keepSetting("view", link.dataset.view);
  });
}

// The brief: codes in the reader's order.

const MOST_ITEMS = 100;

function showBrief() {
  const items = store.read("brief", []);
  for (const button of document.querySelectorAll("[data-brief]")) {
    button.setAttribute("aria-pressed", items.includes(button.dataset.brief));
  }
  for (const link of document.querySelectorAll(".brief-link")) {
    const address = new URL(link.href);
    address.search = items.length ? `?items=${items.join(",")}` : "";
    link.href = address;
    link.querySelector(".brief-count").textContent = items.length || "";
  }
}

function keepBrief(items) {
  store.write("brief", items);
  showBrief();
}

function changeBrief(code) {
  const items = store.read("brief", []);
  if (items.includes(code)) {
    keepBrief(items.filter((item) => item !== code));
    say(toast.dataset.removed);
  } else if (items.length >= MOST_ITEMS) {
    say(toast.dataset.full);
  } else {
    keepBrief([...items, code]);
    say(toast.dataset.added);
  }
}

showBrief();
addEventListener("storage", showBrief);
addEventListener("pageshow", showBrief);

// On the page of a brief, moves also change the reader's stored brief, if both have the same items.

const brief = find(".brief");
if (brief) {
  const shown = brief.dataset.items;
  const isOwn = () => store.read("brief", []).join(",") === shown;
  brief.toggleAttribute("data-own", isOwn());
  find("[data-keeps-brief]")?.addEventListener("click", () => {
    keepBrief(shown.split(","));
    brief.toggleAttribute("data-own", true);
  });
  find("[data-empties-brief]")?.addEventListener("click", () => {
    keepBrief([]);
    location.assign(location.pathname);
  });
  for (const link of document.querySelectorAll("[data-changes-brief]")) {
    link.addEventListener("click", () => {
      const items = new URL(link.href).searchParams.get("items");
      if (isOwn()) keepBrief(items ? items.split(",") : []);
    });
  }
}

// Citations open in a dialog; without this script, the link opens the page of the citation.

const sheet = find("#cite");

async function openCitation(address) {
  const body = sheet.querySelector(".sheet-body");
  body.textContent = body.dataset.waiting;
  sheet.showModal();
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(response.status);
    const page = parsed(await response.text());
    body.replaceChildren(page.querySelector(".cite-page"));
  } catch {
    const link = document.createElement("a");
    link.href = link.textContent = address;
    body.replaceChildren(body.dataset.failed, " ", link);
  }
}

// Statements, and the present one.

const statements = [...document.querySelectorAll(".statement, .sdg-link[id], .lines > li")];

// The statement with the focus, else the one in the fragment of the address if it can be seen.
function chosen() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const focused = document.activeElement?.closest(".statement, .sdg-link[id], .lines > li");
  return focused ?? (statements.includes(target) && isSeen(target) ? target : undefined);
}

const current = () => chosen() ?? statements.find(isSeen);

function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && top > -innerHeight;
}

function goTo(element) {
  if (!element) return;
  history.replaceState(null, "", `#${element.id}`);
  location.replace(`#${element.id}`);
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function move(step) {
  const here = chosen();
  if (!here) return goTo(statements.find(isSeen) ?? statements[0]);
  goTo(statements[statements.indexOf(here) + step]);
}

// In the parallel view, moves the focus to the other column; otherwise opens the other page.
function changeLanguage() {
  const statement = current();
  const texts = statement?.querySelectorAll(":scope > .statement-body > :first-child .columns > [lang]");
  if (texts?.length > 1) {
    const [own, other] = texts;
    const text = document.activeElement === other ? own : other;
    text.tabIndex = -1;
    text.focus();
    return;
  }
  const link = find(".languages a");
  if (statement?.id) history.replaceState(null, "", `#${statement.id}`);
  link?.click();
}

const keys = {
  "/": () => find("#q").offsetParent ? find("#q").focus() : location.assign(find(".thumb-bar a").href),
  "?": () => find("#keys").showModal(),
  j: () => move(1),
  k: () => move(-1),
  l: changeLanguage,
  p: () => find("[data-view][href]")?.click(),
  c: () => (current()?.querySelector(".cite") ?? find(".container-header .cite"))?.click(),
  a: () => (current()?.querySelector("[data-brief]") ?? find("[data-brief]"))?.click(),
  n: () => find("[rel=next]")?.click(),
  b: () => find("[rel=prev]")?.click(),
};
const typed = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

// With another keyboard layout, as an Arabic one, the position of the key counts.
function keyOf(event) {
  if (event.key in keys) return event.key;
  if (event.key === "؟" || (event.code === "Slash" && event.shiftKey)) return "?";
  if (!/[^\u0000-\u007f]/.test(event.key)) return event.key.toLowerCase();
  return event.code === "Slash" ? "/" : event.code.replace("Key", "").toLowerCase();
}

addEventListener("keydown", (event) => {
  const isOther = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (isOther || root.dataset.keys || event.target.closest?.(typed) || find("dialog[open]")) return;
  const action = keys[keyOf(event)];
  if (action) {
    event.preventDefault();
    action();
  }
});

// Suggestions: their file is imported when a search field gets the focus.

function suggest({ target }) {
  if (!target.matches("[data-suggestions] [name=q]")) return;
  import("./suggestions.js").then(({ suggestIn }) => suggestIn(target)).catch(() => {});
}

addEventListener("focusin", suggest);
suggest({ target: document.activeElement ?? root });

// A list is filtered while somebody types; what the browser has kept in the field counts too.

const filterField = find("[data-filters] [type=search]");

function filterList() {
  import("./filter.js").then(({ filterBy }) => filterBy(filterField)).catch(() => {});
}

filterField?.addEventListener("focus", filterList, { once: true });
if (filterField?.value || (filterField && document.activeElement === filterField)) filterList();

// One listener for all clicks, so that elements which are added later work too.

const actions = {
  "[data-copies]": (element) => copy(element.dataset.copies),
  "[data-copies-text]": (element) => copy(document.getElementById(element.dataset.copiesText).innerText),
  "[data-brief]": (element) => changeBrief(element.dataset.brief),
  "[data-prints]": () => print(),
  "[data-reloads]": () => location.reload(),
  "[data-opens]": (element) => {
    form.parentElement.hidePopover();
    document.getElementById(element.dataset.opens).showModal();
  },
  ".cite": (element) => openCitation(element.href),
  "[data-opens-link]": (element) => {
    const body = find("#link .sheet-body");
    const row = document.getElementById(element.hash.slice(1));
    body.replaceChildren(
      ...[...row.children].map((cell) => {
        const line = document.createElement("p");
        line.append(...cell.cloneNode(true).childNodes);
        return line;
      }),
    );
    find("#link").showModal();
  },
};

addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const [selector, action] of Object.entries(actions)) {
    const element = event.target.closest?.(selector);
    if (element) {
      event.preventDefault();
      action(element);
      return;
    }
  }
  if (event.target.matches("dialog")) event.target.close();
  if (event.target.closest(".contents a, .letters a, .site-nav a")) event.target.closest("[popover]").hidePopover?.();
});

// The table of contents marks the first section that can be seen.

const entries = new Map(
  [...document.querySelectorAll(".contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
);
if (entries.size) {
  const seen = new Set();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { isIntersecting, target } of changes) {
        if (isIntersecting) seen.add(target.id);
        else seen.delete(target.id);
      }
      const first = [...entries.keys()].find((id) => seen.has(id));
      if (!first) return;
      find(".contents [aria-current]")?.removeAttribute("aria-current");
      entries.get(first).setAttribute("aria-current", "true");
    },
    { rootMargin: "-40px 0px -70% 0px" },
  );
  for (const id of entries.keys()) {
    const element = document.getElementById(id);
    if (element) observer.observe(element);
  }
}

// The service worker caches visited pages for reading without a connection.

const note = find(".offline-note");
const showConnection = () => (note.hidden = navigator.onLine);
addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();
if ("serviceWorker" in navigator && !/^\/..\/(account|admin)\//.test(location.pathname)) {
  addEventListener("load", () => navigator.serviceWorker.register(trusted.createScriptURL("/service-worker.js")).catch(() => {}));
}

const keptPages = find("[data-kept-pages]");
if (keptPages && !navigator.onLine) import("./kept_pages.js").then(({ listPages }) => listPages(keptPages, parsed));
