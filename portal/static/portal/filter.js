// Filters a list while somebody types: only entries with a word that begins so stay on the page.
// The form names the entries in data-filters; submitting it searches all of them on the server.

const ARTICLE = /(?<= )ال(?=\S{2})/g;

// The letters without what readers overlook: case, accents, vowel signs, forms of alef.
function folded(text) {
  const letters = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\u0640]/gu, "")
    .replace(/ى/g, "ي")
    .replace(/ة/g, "ه")
    .replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660);
  return ` ${letters.match(/[\p{L}\p{N}]+/gu)?.join(" ") ?? ""}`;
}

const withoutArticle = (text) => text.replace(ARTICLE, "");

export function filterBy(field) {
  if ("filtering" in field.dataset) return;
  field.dataset.filtering = "";
  const { filters, names } = field.form.dataset;
  const status = field.form.querySelector("[role=status]");
  const entries = [...document.querySelectorAll(filters)].map((element) => {
    const text = [...element.querySelectorAll(names)].map((name) => folded(name.textContent)).join("");
    return { element, text, bare: withoutArticle(text) };
  });
  const sections = new Set(entries.map(({ element }) => element.closest("section")));

  function filter() {
    const typed = folded(field.value);
    const bare = withoutArticle(typed);
    let count = 0;
    for (const entry of entries) {
      const isShown = entry.text.includes(typed) || entry.bare.includes(bare);
      entry.element.hidden = !isShown;
      count += isShown;
    }
    for (const section of sections) {
      section.hidden = !entries.some(({ element }) => section.contains(element) && !element.hidden);
      const link = document.querySelector(`.letters [href$="#${section.getAttribute("aria-labelledby")}"]`);
      if (link) link.parentElement.hidden = section.hidden;
    }
    const { shown, none } = status.dataset;
    if (typed === " ") status.textContent = "";
    else status.textContent = count ? `${shown} ${count}` : none;
  }

  field.addEventListener("input", filter);
  filter();
}
