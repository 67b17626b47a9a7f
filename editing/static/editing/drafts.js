// Stores what is typed into a form of the administration in local storage until it is saved, and
// offers it back after a lost session, a closed tab or a server that was down.
//
// A draft has, for each changed field, the typed value and the value that the form had shown (the
// base), so that the server can still detect a change that somebody else has made meanwhile.

const REST = 400; // milliseconds after the last input event before the draft is written
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
const PREFIX = "draft ";
const SAVED = /(?:^|; )((?:__Host-)?saved_form)=([^;]*)/;

forgetSaved();
forgetOld();
const box = document.querySelector("[data-draft]");
if (box) keep(box.closest("form"), PREFIX + box.dataset.draft);

// The server names the saved form in a cookie (languages/draft_cookie.py).
function forgetSaved() {
  const [, name, key] = document.cookie.match(SAVED) ?? [];
  if (!name) return;
  localStorage.removeItem(PREFIX + decodeURIComponent(key));
  const secure = name.startsWith("__Host-") ? "; secure" : "";
  document.cookie = `${name}=; path=/; max-age=0; samesite=lax${secure}`;
}

function forgetOld() {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft || Date.now() - draft.time > KEPT_FOR) localStorage.removeItem(key);
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(form, key) {
  const draft = read(key);
  let timer;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const fields = changes(form);
    try {
      if (Object.keys(fields).length) {
        // A draft that is offered and not yet answered is kept together with the new values.
        const kept = offer.isOpen ? { ...draft.fields, ...fields } : fields;
        localStorage.setItem(key, JSON.stringify({ time: Date.now(), fields: kept }));
      } else if (!offer.isOpen) {
        localStorage.removeItem(key);
      }
    } catch {
      // Local storage is switched off or full: the form works without drafts.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(write, REST);
  };
  const offer = offering(form, draft, key, write);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // select2 and the inlines of the administration send their events through jQuery only.
  window.django?.jQuery?.(form).on("select2:select select2:clear formset:added", later);
  addEventListener("pagehide", () => timer && write());
  form.addEventListener("submit", write);
}

// The name of a field of a row has the key of its record and not its index, which may change.
function nameOf(form, name) {
  const parts = /^(.+)-(\d+)-(\w+)$/.exec(name);
  if (!parts) return name;
  const [, rows, index, field] = parts;
  const record = form.elements[`${rows}-${index}-id`]?.value;
  if (record) return `${rows}-#${record}-${field}`;
  return `${rows}-+${index - (form.elements[`${rows}-INITIAL_FORMS`]?.value ?? 0)}-${field}`;
}

function changes(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    const base = form.elements[`initial-${field.name}`]?.value;
    const typed = valueOf(field);
    if (plain(typed) === plain(base ?? defaultOf(field))) continue;
    fields[nameOf(form, field.name)] = { typed, base, label: labelOf(field) };
  }
  return fields;
}

function isTyped(field) {
  return (
    field.name &&
    !field.disabled &&
    !field.name.includes("__prefix__") &&
    !field.name.startsWith("initial-") &&
    !["hidden", "submit", "button", "file", "password", "radio"].includes(field.type) &&
    field.tagName !== "FIELDSET" &&
    !field.name.startsWith("_")
  );
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked ? "True" : "False";
  return field.value;
}

function defaultOf(field) {
  if (field.type === "checkbox") return field.defaultChecked ? "True" : "False";
  if (field.tagName === "SELECT") {
    return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
  }
  return field.defaultValue;
}

function plain(text) {
  return String(text ?? "").replaceAll("\r\n", "\n").trim();
}

function labelOf(field) {
  return field.tagName === "SELECT" ? field.selectedOptions[0]?.text : undefined;
}

function offering(form, draft, key, write) {
  const offer = { isOpen: false };
  if (!draft || !isNews(form, draft)) return offer;
  const close = () => {
    offer.isOpen = false;
    box.hidden = true;
  };
  offer.isOpen = true;
  const time = box.querySelector("time");
  time.dateTime = new Date(draft.time).toISOString();
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
    numberingSystem: "latn",
  }).format(draft.time);
  box.querySelector("[data-draft-take]").addEventListener("click", () => {
    const missing = takeOver(form, draft);
    close();
    write();
    tellMissing(missing);
    form.querySelector(`[name="${CSS.escape(firstName(form, draft))}"]`)?.focus();
  });
  box.querySelector("[data-draft-drop]").addEventListener("click", () => {
    localStorage.removeItem(key);
    close();
  });
  box.hidden = false;
  return offer;
}

function isNews(form, draft) {
  return Object.entries(draft.fields).some(([name, { typed }]) => {
    const field = find(form, name);
    return !field || plain(valueOf(field)) !== plain(typed);
  });
}

function find(form, name) {
  const row = /^(.+)-([#+])(\d+)-(\w+)$/.exec(name);
  if (!row) return form.elements[name];
  const [, rows, kind, number, field] = row;
  if (kind === "+") {
    const first = Number(form.elements[`${rows}-INITIAL_FORMS`]?.value ?? 0);
    return form.elements[`${rows}-${first + Number(number)}-${field}`];
  }
  for (let index = 0; form.elements[`${rows}-${index}-id`]; index += 1) {
    if (form.elements[`${rows}-${index}-id`].value === number) {
      return form.elements[`${rows}-${index}-${field}`];
    }
  }
  return undefined;
}

function firstName(form, draft) {
  return find(form, Object.keys(draft.fields)[0])?.name ?? "";
}

// Fills in the draft; returns the texts whose fields do not exist any more.
function takeOver(form, draft) {
  const missing = [];
  for (const [name, { typed, base, label }] of Object.entries(draft.fields)) {
    const field = find(form, name) ?? addRow(form, name);
    if (!field) {
      missing.push(typed);
      continue;
    }
    set(field, typed, label);
    const shown = form.elements[`initial-${field.name}`];
    if (shown && base !== undefined) shown.value = base;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return missing;
}

function addRow(form, name) {
  const row = /^(.+)-\+(\d+)-\w+$/.exec(name);
  const add = row && document.querySelector(`#${CSS.escape(row[1])}-group .add-row a`);
  for (let tries = 0; add && !find(form, name) && tries < 50; tries += 1) add.click();
  return find(form, name);
}

function set(field, typed, label) {
  if (field.type === "checkbox") {
    field.checked = typed === "True";
    return;
  }
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === typed)) {
    field.add(new Option(label ?? typed, typed));
  }
  field.value = typed;
}

function tellMissing(missing) {
  if (!missing.length) return;
  const list = document.querySelector("[data-draft-missing]");
  list.querySelector("ul").replaceChildren(
    ...missing.map((text) => Object.assign(document.createElement("li"), { textContent: text, dir: "auto" })),
  );
  list.hidden = false;
}
