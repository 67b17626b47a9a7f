// Gives accessible names and roles to parts of Django's widgets that have none.

// The widgets exist once jQuery's ready handlers have run or the page is loaded.
window.django?.jQuery?.(() => nameAll(document));
addEventListener("load", () => nameAll(document));
document.addEventListener("formset:added", ({ target }) => nameAll(target));

function nameAll(part) {
  for (const select of part.querySelectorAll("select.admin-autocomplete")) name(select);
  for (const help of part.querySelectorAll(".help-tooltip[aria-label]")) help.setAttribute("role", "img");
}

// The accessible name of a select2 widget is the label of the field and then the chosen option.
function name(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const selection = select.parentElement.querySelector(".select2-selection");
  if (!label || !selection || selection.dataset.isNamed) return;
  selection.dataset.isNamed = "true";
  label.id ||= `label-${select.id}`;
  const chosen = selection.getAttribute("aria-labelledby");
  selection.setAttribute("aria-labelledby", `${label.id} ${chosen}`);
  document.getElementById(chosen)?.setAttribute("aria-labelledby", `${label.id} ${chosen}`);
}
