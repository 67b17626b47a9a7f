"""Validates every text of the content, whether it comes from a form, a file or the history.

A text has no invisible characters: marks of direction would reorder the text beside them, and with
other ones two different texts look the same. Pages give each text its direction by `dir`, so that
no text needs such marks.
"""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from languages.fields import translated_fields
from languages.punctuation import invisible_characters

MAX_LENGTH = 20_000  # characters; so that two texts are compared in a bounded time
MAX_NAMED = 3  # invisible characters that an error message names


def validate_text(text: str) -> None:
    """Raise ValidationError where a text is longer than MAX_LENGTH or has invisible characters."""
    if len(text) > MAX_LENGTH:
        raise ValidationError(
            _("A text has %(most)s characters at most; this one has %(number)s."),
            code="max_length",
            params={"most": MAX_LENGTH, "number": len(text)},
        )
    if names := list(dict.fromkeys(invisible_characters(text))):
        raise ValidationError(
            _("The text has invisible characters. Please remove them: %(names)s."),
            code="unseen",
            params={"names": ", ".join(names[:MAX_NAMED])},
        )


class ValidatedTexts(models.Model):
    """A model whose clean_fields() validates its texts, but not its `verbatim_fields`."""

    verbatim_fields: ClassVar[Sequence[str]] = ()

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        excluded = {
            *(exclude or ()),
            *translated_fields(type(self)),
            *self.verbatim_fields,
            *errors,
        }
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                text = getattr(self, field.attname)
                if field.name not in excluded and isinstance(text, str):
                    try:
                        validate_text(text)
                    except ValidationError as error:
                        errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)
