"""A choice field that needs no query for the chosen record, where it was fetched already."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models


class KnownChoiceField(forms.ModelChoiceField):
    """A choice of a record that accepts the known one without a query."""

    # The record that the form's instance points to, where it was fetched with it.
    known: models.Model | None = None

    def to_python(self, value: Any) -> models.Model | None:
        if self.known is not None and str(value) == str(self.known.pk):
            return self.known
        return super().to_python(value)


class KnownSelect(AutocompleteSelect):
    """The widget that shows the known record of a KnownChoiceField without a query."""

    def optgroups(
        self, name: str, value: Sequence[Any], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        field = self.choices.field
        # Django would query by any value that was sent, and fail where it is no number.
        value = [key for key in value if not key or str(key).isdecimal()]
        if field.known is None or list(map(str, value)) != [str(field.known.pk)]:
            return super().optgroups(name, value, attrs)
        label = field.label_from_instance(field.known)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, str(field.known.pk), label, True, len(options)))
        return [(None, options, 0)]


def set_known_choices(form: "forms.ModelForm[Any]") -> None:
    """Set `known` on the fields of a form, from the related records that its instance has."""
    fetched = form.instance._state.fields_cache
    for name, field in form.fields.items():
        if isinstance(field, KnownChoiceField) and fetched.get(name) is not None:
            field.known = fetched[name]
