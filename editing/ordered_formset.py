"""Rows that stand in an order of their own, whose numbers may change places in one save."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from editing.merge_forms import MergingInlineFormSet

MAX_NUMBER = 9_999  # the highest number that a form takes
PARKED_OFFSET = 20_000  # added while numbers change places; the columns hold up to 32,767


def park(rows, numbered_by="number"):
    """Take the numbers of a query of rows out of the way of those that they will get."""
    models.QuerySet(rows.model).filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        **{numbered_by: F(numbered_by) + PARKED_OFFSET}
    )


class OrderedInlineFormSet(MergingInlineFormSet):
    """Rows whose `number` says where they stand among those with the same `parent`, if any."""

    def _construct_form(self, i, **options):
        form = super()._construct_form(i, **options)
        form.unchecked = {"number"}  # looked at below, for all rows together
        return form

    def validate_unique(self):
        """The only thing that has to be unique within the rows is looked at below."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        moved = [form for form in kept if not form.errors and self.is_moved(form)]
        if moved:
            self.check_places(moved)

    def is_moved(self, form):
        return not form.is_gone and not {"number", "parent"}.isdisjoint(form.changed_data)

    def check_places(self, moved):
        """Say it at each moved row where another one stands already, whoever put it there."""
        leaving = {form.instance.pk for form in [*moved, *self.deleted_forms]}
        rows = self.model._base_manager.filter(**{self.fk.attname: self.instance.pk})
        taken = {place(row): str(row) for row in rows if row.pk not in leaving}
        for form in moved:
            where = place(form.instance)
            if where in taken:
                text = _("%(record)s has this number already.") % {"record": taken[where]}
                form.add_error("number", text)
                if form.is_stored:
                    form.renew()
            else:
                taken[where] = str(form.instance) or _("Another new row")

    def save(self, commit=True):
        """Save the rows; those that move or go make room for each other before."""
        leaving = [
            form.instance.pk
            for form in self.initial_forms
            if form.is_stored and (self.is_moved(form) or form in self.deleted_forms)
        ]
        if leaving and commit:
            park(self.model._base_manager.filter(pk__in=leaving))
        return super().save(commit)


def place(row):
    """Return what no two rows of a record have in common."""
    return getattr(row, "parent_id", None), row.number
