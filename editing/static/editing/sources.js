// Shows the question whether a change outdates the translations once a source text was changed.

document.addEventListener("input", ({ target }) => update(rowOf(target)));
document.addEventListener("change", ({ target }) => update(rowOf(target)));
for (const choice of document.querySelectorAll("select[data-source]")) update(rowOf(choice));

function rowOf(field) {
  return field.closest?.(".inline-related") ?? field.closest?.("form");
}

function update(row) {
  const choice = own(row, "select[data-source]")[0];
  if (!choice) return;
  const sources = own(row, `.mt[lang="${choice.dataset.source}"]`);
  const isChanged = sources.some((field) => {
    const shown = field.form.elements[`initial-${field.name}`];
    return shown && shown.value.trim() && shown.value.trim() !== field.value.trim();
  });
  choice.closest(".form-row").hidden = !isChanged && !choice.value;
}

// Returns the matching fields of a row or, for the whole form, those that are in no row.
function own(row, selector) {
  const isRow = row?.matches(".inline-related");
  return [...(row?.querySelectorAll(selector) ?? [])].filter(
    (field) => isRow || !field.closest(".inline-related"),
  );
}
