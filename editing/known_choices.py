"""Choices among many records of which the chosen one is at hand already."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect


class KnownChoiceField(forms.ModelChoiceField):
    """`known` is the record that the form's own record points to, where it was fetched with it."""

    known = None

    def to_python(self, value):
        if self.known is not None and str(value) == str(self.known.pk):
            return self.known
        return super().to_python(value)


class KnownSelect(AutocompleteSelect):
    """Shows the known record without asking for it."""

    def optgroups(self, name, value, attrs=None):
        field = self.choices.field
        # Django would ask for records by whatever was sent, and fail where it is no number.
        value = [key for key in value if not key or str(key).isdecimal()]
        if field.known is None or list(map(str, value)) != [str(field.known.pk)]:
            return super().optgroups(name, value, attrs)
        label = field.label_from_instance(field.known)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, str(field.known.pk), label, True, len(options)))
        return [(None, options, 0)]


def give_known(form):
    """Give the choices of a form the records that its own record was fetched with."""
    fetched = form.instance._state.fields_cache
    for name, field in form.fields.items():
        if isinstance(field, KnownChoiceField) and fetched.get(name) is not None:
            field.known = fetched[name]
