"""Form set for ordered rows, which may exchange their numbers in one save."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from editing.merge_forms import MergingForm, MergingInlineFormSet

MAX_NUMBER = 9_999  # the highest number that a form takes
TEMPORARY_OFFSET = 20_000  # added while rows exchange numbers; the columns hold up to 32,767


def set_temporary_numbers(rows: models.QuerySet[Any], numbered_by: str = "number") -> None:
    """Add TEMPORARY_OFFSET to the numbers of some rows, so that their numbers are free.

    `numbered_by` is the column of the number. The numbers are unique, and neither database checks
    that at the end of a statement only. Nothing is recorded: a plain QuerySet is used.
    """
    models.QuerySet(rows.model).filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        **{numbered_by: F(numbered_by) + TEMPORARY_OFFSET}
    )


class OrderedInlineFormSet(MergingInlineFormSet):
    """Rows with a `number` that is unique among those with the same `parent`, if they have one."""

    def _construct_form(self, i: int, **options: Any) -> MergingForm:
        form = super()._construct_form(i, **options)
        form.checked_by_formset = {"number"}  # by check_positions(), for all rows together
        return form

    def validate_unique(self) -> None:
        """Do nothing: only the position has to be unique, which check_positions() checks."""

    def clean(self) -> None:
        super().clean()
        remaining = [form for form in self.forms if form not in self.deleted_forms]
        moved = [form for form in remaining if not form.errors and self.is_moved(form)]
        if moved:
            self.check_positions(moved)

    def is_moved(self, form: MergingForm) -> bool:
        """Whether a row has another number or parent than the form showed."""
        return not form.is_gone and not {"number", "parent"}.isdisjoint(form.changed_data)

    def check_positions(self, moved: Sequence[MergingForm]) -> None:
        """Add an error to each moved row whose position another row has, stored or sent."""
        leaving = {form.instance.pk for form in [*moved, *self.deleted_forms]}
        rows = self.model._base_manager.filter(**{self.fk.attname: self.instance.pk})
        taken = {position(row): str(row) for row in rows if row.pk not in leaving}
        for form in moved:
            key = position(form.instance)
            if key in taken:
                text = _("%(record)s has this number already.") % {"record": taken[key]}
                form.add_error("number", text)
                if form.is_stored:
                    form.rebase()
            else:
                taken[key] = str(form.instance) or _("Another new row")

    def save(self, commit: bool = True) -> list[Any]:
        """Save the rows, after the numbers of moved and deleted ones were made free."""
        leaving = [
            form.instance.pk
            for form in self.initial_forms
            if form.is_stored and (self.is_moved(form) or form in self.deleted_forms)
        ]
        if leaving and commit:
            set_temporary_numbers(self.model._base_manager.filter(pk__in=leaving))
        return super().save(commit)


def position(row: Any) -> tuple[int | None, int]:
    """Return the key of a row's parent, None for none, and its number: unique within a record."""
    return getattr(row, "parent_id", None), row.number
