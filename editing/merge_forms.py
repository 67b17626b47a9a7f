"""Forms that two people may have open at once: neither takes back what the other did.

A form carries what it showed. When it is sent, three states are compared field by field, and each
language of a text is a field: what was shown, what is stored now, and what was sent. What this
person left as it was stays as it is stored; what only this person changed is written; what both
changed is refused, with both wordings and the one that they come from.

The records have to be locked while this happens (editing/admin.py).
"""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editing.known_choices import KnownChoiceField, give_known
from history.actors import shown_name
from history.models import ChangeKind
from history.recording import last_change
from languages.text_diff import differences

CONFLICT = "conflict"


class MergingForm(forms.ModelForm):
    """A form of a record, new or stored."""

    is_gone = False  # a row whose record somebody has deleted
    unchecked = frozenset()  # fields whose constraints the form set of the rows looks at

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.renewed = {}
        give_known(self)
        if self.is_stored:
            for field in self.fields.values():
                field.show_hidden_initial = not field.disabled

    @property
    def is_stored(self):
        return self.instance.pk is not None

    def _widget_data_value(self, widget, html_name):
        """Return what was sent; line ends come as HTTP has them, which nobody typed."""
        if html_name in self.renewed:
            return self.renewed[html_name]
        value = super()._widget_data_value(widget, html_name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def full_clean(self):
        super().full_clean()
        if self.is_stored and self._errors:
            self.renew()

    def _clean_form(self):
        super()._clean_form()
        if self.is_stored:
            self.merge()

    def _post_clean(self):
        # What nobody touched needs no checks, which would ask the database for each row.
        if not self.is_stored or self.changed_data:
            super()._post_clean()

    def _get_validation_exclusions(self):
        """Check what is written, and what a constraint has together with it."""
        exclude = super()._get_validation_exclusions()
        if self.is_stored:
            fields = {field.name for field in self.instance._meta.concrete_fields}
            changed = fields & set(self.changed_data)
            exclude |= fields - changed.union(*constrained_with(type(self.instance), changed))
        return exclude

    def validate_constraints(self):
        exclude = self._get_validation_exclusions() | self.unchecked
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)

    def merge(self):
        """Put what is stored in the place of what this person did not change."""
        for name, bound in self.merged_fields():
            field, stored = bound.field, self.initial.get(name)
            shown = self.shown(bound)
            if shown is None:
                raise_incomplete(self)
                return
            if name not in self.changed_data:
                if field.has_changed(stored, bound.data):
                    self.cleaned_data[name] = getattr(self.instance, name)
                    self._errors.pop(name, None)
            elif field.has_changed(stored, shown) and field.has_changed(stored, bound.data):
                self.add_error(name, self.conflict(bound, shown, stored))

    def merged_fields(self):
        for name in self.fields:
            bound = self[name]
            if bound.field.show_hidden_initial and hasattr(self.instance, name):
                yield name, bound

    def shown(self, bound):
        """Return what the form showed of a field, None where it does not say so."""
        widget, name = bound.field.hidden_widget(), bound.html_initial_name
        if widget.value_omitted_from_data(self.data, self.files, name):
            return None
        return self._widget_data_value(widget, name) or ""

    def conflict(self, bound, shown, stored):
        context = {
            "base": self.in_words(bound, shown),
            "theirs": self.in_words(bound, stored),
            "yours": self.in_words(bound, bound.data),
            "change": last_change(type(self.instance), self.instance.pk),
            "language": bound.field.widget.attrs.get("lang", ""),
        }
        context["to_theirs"] = differences(context["base"], context["theirs"])
        context["to_yours"] = differences(context["base"], context["yours"])
        return ValidationError(render_to_string("editing/conflict.html", context), code=CONFLICT)

    def in_words(self, bound, value):
        """Return a value of a field as people read it."""
        if isinstance(bound.field, forms.ModelChoiceField):
            record = bound.field.queryset.model._base_manager.filter(pk=value or None).first()
            return str(record or "")
        if isinstance(bound.field, forms.ChoiceField):
            return str(dict(bound.field.choices).get(value, value or ""))
        if isinstance(bound.field, forms.BooleanField):
            return _("yes") if bound.field.to_python(value) else _("no")
        if isinstance(value, list):  # a date and a time
            return " ".join(value)
        return str(bound.field.prepare_value(value) if value is not None else "")

    def was_changed_by_others(self):
        """Whether anything that the form showed is stored differently now."""
        return any(
            bound.field.has_changed(self.initial.get(name), self.shown(bound))
            for name, bound in self.merged_fields()
        )

    def renew(self):
        """Before the form is shown again, let it show what is stored now.

        What this person typed stays, and is compared with what is stored from here on.
        """
        for name, bound in list(self.merged_fields()):
            stored = bound.field.prepare_value(self.initial.get(name))
            if name not in self.changed_data:
                self.renewed[bound.html_name] = stored
            self.renewed[bound.html_initial_name] = stored

    def save(self, commit=True):
        """Write only the columns that this person changed."""
        if not commit or not self.is_stored or self.errors:
            return super().save(commit)  # which raises where there are errors
        self.instance.save(update_fields=self.changed_columns())
        self._save_m2m()
        return self.instance

    def changed_columns(self):
        names = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name in self.changed_data if name in names]


def raise_incomplete(form):
    form.add_error(
        None,
        ValidationError(
            _(
                "The form does not say what it showed, so it cannot be told what you have "
                "changed. Nothing was saved. Please open it again."
            ),
            code="incomplete",
        ),
    )


def constrained_with(model, names):
    """Yield the names of the fields of each constraint that has one of some fields."""
    for constraint in model._meta.constraints:
        condition = constraint.condition
        fields = {*getattr(constraint, "fields", ())}
        fields |= condition.referenced_base_fields if condition else set()
        if fields & names:
            yield fields


class MergingRows:
    """Rows of a form: what somebody else deleted or changed meanwhile is said, not undone."""

    def _construct_form(self, i, **options):
        form = super()._construct_form(i, **options)
        form.is_gone = self.is_bound and i < self.initial_form_count() and not form.is_stored
        if form.is_gone:
            key = self.model._meta.pk.name
            form.fields[key] = forms.CharField(widget=forms.HiddenInput, required=False)
            for name in form.base_fields:
                form.fields[name].show_hidden_initial = True
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        key = self.model._meta.pk.name
        if form.is_stored and key in form.fields:
            queryset = form.fields[key].queryset
            form.fields[key] = KnownChoiceField(
                queryset, initial=form.instance.pk, required=False, widget=forms.HiddenInput
            )
            form.fields[key].known = form.instance

    def get_queryset(self):
        """Return the records of the rows; the admin shows a row for each."""
        if self.is_bound and "forms" in self.__dict__:
            return [form.instance for form in self.initial_forms]
        return super().get_queryset()

    def clean(self):
        super().clean()
        for form in self.initial_forms:
            is_deleted = self.can_delete and self._should_delete_form(form)
            if form.is_gone and not is_deleted and form.base_fields.keys() & form.changed_data:
                key = form[self.model._meta.pk.name].data
                raise ValidationError(
                    _(
                        "%(what)s Your text is kept in its row. Mark the row for deletion to "
                        "leave it deleted, or copy the text into a new row."
                    )
                    % {"what": sentence(last_change(self.model, key))},
                    code="gone",
                )
            if is_deleted and form.is_stored and form.was_changed_by_others():
                form.renew()
                raise ValidationError(
                    _("%(what)s It was not deleted. Save again to delete it as it is now.")
                    % {"what": sentence(last_change(self.model, form.instance.pk))},
                    code=CONFLICT,
                )


class MergingInlineFormSet(MergingRows, BaseInlineFormSet):
    """The rows of an inline."""


class MergingModelFormSet(MergingRows, BaseModelFormSet):
    """The rows of a list that is edited in place."""


def sentence(change):
    """Return who did what to a record, and when, as a sentence."""
    if change is None:
        return _("This record is not there any more.")
    told = {
        "record": change.label,
        "person": shown_name(change.revision.author_name) or _("Somebody"),
        "time": date_format(timezone.localtime(change.revision.made), "DATETIME_FORMAT"),
    }
    if change.kind == ChangeKind.DELETED:
        return _("%(person)s deleted “%(record)s” (%(time)s).") % told
    return _("%(person)s changed “%(record)s” (%(time)s).") % told
