"""Forms that several people may have open at once, with a three-way merge on saving.

A form sends the values that it showed, as Django's hidden initial values. For each field three
values are compared: the base (shown), theirs (stored now) and yours (sent); each language of a
text is a field. A field that this person did not change keeps the stored value; a field that only
this person changed is written; a field that both changed is a conflict, and the error shows all
three values.

The records have to be locked meanwhile (editing/merge_admin.py).
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from editing.known_choices import KnownChoiceField, set_known_choices
from history.actors import shown_name
from history.models import Change, ChangeKind
from history.recording import last_change
from languages.text_diff import word_diff

CONFLICT = "conflict"

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField
    from django.forms.utils import ErrorDict

    class _ModelForm(forms.ModelForm[Any]):
        """ModelForm with the methods that django-stubs does not know."""

        instance: models.Model
        _errors: ErrorDict

        def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any: ...
        def _clean_form(self) -> None: ...
        def _post_clean(self) -> None: ...
        def _get_validation_exclusions(self) -> set[str]: ...
        def _update_errors(self, errors: ValidationError) -> None: ...
        def _save_m2m(self) -> None: ...

else:
    _ModelForm = forms.ModelForm


class MergingForm(_ModelForm):
    """A model form that merges the changes of this person with what others have saved."""

    is_gone = False  # whether it is a row whose record somebody else has deleted
    # Names of fields whose constraints the form set checks.
    checked_by_formset: AbstractSet[str] = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rebased_data: dict[str, Any] = {}
        set_known_choices(self)
        if self.is_stored:
            for field in self.fields.values():
                field.show_hidden_initial = not field.disabled

    @property
    def is_stored(self) -> bool:
        """Whether the form is that of a stored record, and not of a new one."""
        return self.instance.pk is not None

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        """Return the value that was sent, with \\n for the \\r\\n of browsers."""
        if html_name in self.rebased_data:
            return self.rebased_data[html_name]
        value = super()._widget_data_value(widget, html_name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_stored and self._errors:
            self.rebase()

    def _clean_form(self) -> None:
        super()._clean_form()
        if self.is_stored:
            self.merge()

    def _post_clean(self) -> None:
        # An unchanged row needs no validation, which would take queries for each row.
        if not self.is_stored or self.changed_data:
            super()._post_clean()

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude all fields but those that are written and those that share a constraint."""
        exclude = super()._get_validation_exclusions()
        if self.is_stored:
            fields = {field.name for field in self.instance._meta.concrete_fields}
            changed = fields & set(self.changed_data)
            exclude |= fields - changed.union(*constraint_fields(type(self.instance), changed))
        return exclude

    def validate_constraints(self) -> None:
        exclude = self._get_validation_exclusions() | self.checked_by_formset
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)

    def merge(self) -> None:
        """Take the stored value for fields that this person left, add errors for conflicts."""
        for name, bound_field in self.merged_fields():
            field, theirs, yours = bound_field.field, self.initial.get(name), bound_field.data
            base = self.base_value(bound_field)
            if base is None:
                add_incomplete_error(self)
                return
            if name not in self.changed_data:
                if field.has_changed(theirs, yours):
                    self.cleaned_data[name] = getattr(self.instance, name)
                    self._errors.pop(name, None)
            elif field.has_changed(theirs, base) and field.has_changed(theirs, yours):
                self.add_error(name, self.conflict_error(bound_field, base, theirs))

    def merged_fields(self) -> "Iterator[tuple[str, BoundField]]":
        """Yield the name and the bound field of each field that is merged."""
        for name in self.fields:
            bound_field = self[name]
            if bound_field.field.show_hidden_initial and hasattr(self.instance, name):
                yield name, bound_field

    def base_value(self, bound_field: "BoundField") -> Any:
        """Return the value that the form showed in a field, None where it was not sent."""
        widget, name = bound_field.field.hidden_widget(), bound_field.html_initial_name
        if widget.value_omitted_from_data(self.data, self.files, name):
            return None
        return self._widget_data_value(widget, name) or ""

    def conflict_error(self, bound_field: "BoundField", base: Any, theirs: Any) -> ValidationError:
        """Return the error of a field that two people changed, with all three values."""
        context = {
            "base": self.display_value(bound_field, base),
            "theirs": self.display_value(bound_field, theirs),
            "yours": self.display_value(bound_field, bound_field.data),
            "change": last_change(type(self.instance), self.instance.pk),
            "language": bound_field.field.widget.attrs.get("lang", ""),
        }
        context["to_theirs"] = word_diff(context["base"], context["theirs"])
        context["to_yours"] = word_diff(context["base"], context["yours"])
        return ValidationError(render_to_string("editing/conflict.html", context), code=CONFLICT)

    def display_value(self, bound_field: "BoundField", value: Any) -> str:
        """Return a value of a field as a text for people, "" where it is empty."""
        field = bound_field.field
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            record = field.queryset.model._base_manager.filter(pk=value or None).first()
            return str(record or "")
        if isinstance(field, forms.ChoiceField):
            choices = dict(cast("Iterable[tuple[Any, Any]]", field.choices))
            return str(choices.get(value, value or ""))
        if isinstance(field, forms.BooleanField):
            return _("yes") if field.to_python(value) else _("no")
        if isinstance(value, list):  # a date and a time
            return " ".join(value)
        return str(field.prepare_value(value) if value is not None else "")

    def was_changed_by_others(self) -> bool:
        """Whether the stored value of any field is another one than the form showed."""
        return any(
            bound_field.field.has_changed(self.initial.get(name), self.base_value(bound_field))
            for name, bound_field in self.merged_fields()
        )

    def rebase(self) -> None:
        """Make the stored values the base of the form, which is shown again after an error.

        Fields that this person did not change show the stored value; the others keep what was
        typed, and the next sending compares it with the new base.
        """
        for name, bound_field in list(self.merged_fields()):
            stored = bound_field.field.prepare_value(self.initial.get(name))
            if name not in self.changed_data:
                self.rebased_data[bound_field.html_name] = stored
            self.rebased_data[bound_field.html_initial_name] = stored

    def save(self, commit: bool = True) -> models.Model:
        """Write only the columns that this person changed."""
        if not commit or not self.is_stored or self.errors:
            super().save(commit)  # raises ValueError where there are errors
            return self.instance
        self.instance.save(update_fields=self.changed_columns())
        self._save_m2m()
        return self.instance

    def changed_columns(self) -> list[str]:
        """Return the names of the model fields that this person changed."""
        names = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name in self.changed_data if name in names]


def sent_texts(data: QueryDict) -> dict[str, str]:
    """Return the texts that a form sent, by the name of the field; the last one of several."""
    return cast("dict[str, str]", data.dict())


def add_incomplete_error(form: forms.BaseForm) -> None:
    """Add the error of a form that was sent without the values that it had shown."""
    form.add_error(
        None,
        ValidationError(
            _(
                "The form does not include its original values, so your changes cannot be "
                "identified. Nothing was saved. Please open it again."
            ),
            code="incomplete",
        ),
    )


def constraint_fields(model: type[models.Model], names: AbstractSet[str]) -> Iterator[set[str]]:
    """Yield, for each constraint with one of these fields, the set of the names of its fields."""
    for constraint in model._meta.constraints:
        condition = getattr(constraint, "condition", None)
        fields = {*getattr(constraint, "fields", ())}
        fields |= condition.referenced_base_fields if condition else set()
        if fields & names:
            yield fields


if TYPE_CHECKING:  # MergingFormSetMixin's children are of BaseModelFormSet too

    class _ModelFormSet(BaseModelFormSet[Any, MergingForm]):
        """BaseModelFormSet with the methods that django-stubs does not know."""

        model: type[Any]

        def _construct_form(self, i: int, **options: Any) -> MergingForm: ...
        def _should_delete_form(self, form: MergingForm) -> bool: ...

    _InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelFormSet, _InlineFormSet = object, BaseInlineFormSet


class MergingFormSetMixin(_ModelFormSet):
    """Form set of MergingForms: reports rows that somebody else deleted or changed meanwhile."""

    def _construct_form(self, i: int, **options: Any) -> MergingForm:
        form = super()._construct_form(i, **options)
        form.is_gone = self.is_bound and i < self.initial_form_count() and not form.is_stored
        if form.is_gone:
            key = self.model._meta.pk.name
            form.fields[key] = forms.CharField(widget=forms.HiddenInput, required=False)
            for name in form.base_fields:
                form.fields[name].show_hidden_initial = True
        return form

    def add_fields(self, form: MergingForm, index: int | None) -> None:
        super().add_fields(form, index)
        key = self.model._meta.pk.name
        field = form.fields.get(key)
        if form.is_stored and isinstance(field, forms.ModelChoiceField):
            known = KnownChoiceField(
                field.queryset, initial=form.instance.pk, required=False, widget=forms.HiddenInput
            )
            known.known = form.instance
            form.fields[key] = known

    # Django counts, iterates and indexes the answer only.
    def get_queryset(self) -> list[Any] | models.QuerySet[Any]:  # type: ignore[override]
        """Return the records of the stored rows; the admin shows a row for each."""
        if self.is_bound and "forms" in self.__dict__:
            return [form.instance for form in self.initial_forms]
        return super().get_queryset()

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            is_to_delete = self.can_delete and self._should_delete_form(form)
            if form.is_gone and not is_to_delete and form.base_fields.keys() & form.changed_data:
                key = form[self.model._meta.pk.name].data
                raise ValidationError(
                    _(
                        "%(what)s Your text is kept in its row. Mark the row for deletion to "
                        "leave it deleted, or copy the text into a new row."
                    )
                    % {"what": describe_change(last_change(self.model, key))},
                    code="gone",
                )
            if is_to_delete and form.is_stored and form.was_changed_by_others():
                form.rebase()
                raise ValidationError(
                    _("%(what)s It was not deleted. Save again to delete it as it is now.")
                    % {"what": describe_change(last_change(self.model, form.instance.pk))},
                    code=CONFLICT,
                )


class MergingInlineFormSet(MergingFormSetMixin, _InlineFormSet):
    """The rows of an inline."""


class MergingModelFormSet(MergingFormSetMixin, BaseModelFormSet):
    """The rows of a change list that are edited in the list (`list_editable`)."""


def describe_change(change: Change | None) -> str:
    """Return a sentence on who changed or deleted a record and when; `change` may be None."""
    if change is None:
        return _("This record is not there any more.")
    values = {
        "record": change.label,
        "person": shown_name(change.revision.author_name) or _("Somebody"),
        "time": date_format(timezone.localtime(change.revision.made), "DATETIME_FORMAT"),
    }
    if change.kind == ChangeKind.DELETED:
        return _("%(person)s deleted “%(record)s” (%(time)s).") % values
    return _("%(person)s changed “%(record)s” (%(time)s).") % values
