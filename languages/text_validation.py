"""What no text of the content may hold, on whatever road it comes: form, file or restored change.

Texts are plain: marks of direction would turn around what stands beside them, and what nobody sees
makes two texts look the same. Pages give each text its direction, so that none needs such marks.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from languages.fields import translated_fields
from languages.punctuation import unseen

MAX_LENGTH = 20_000  # characters; what differs between two texts is found in bounded time
MAX_NAMED = 3


def check(text):
    """Raise ValidationError where a text is too long, or holds what nobody sees."""
    if len(text) > MAX_LENGTH:
        raise ValidationError(
            _("A text has %(most)s characters at most; this one has %(number)s."),
            code="max_length",
            params={"most": MAX_LENGTH, "number": len(text)},
        )
    if found := list(dict.fromkeys(unseen(text))):
        raise ValidationError(
            _("The text has characters that nobody sees. Please remove them: %(names)s."),
            code="unseen",
            params={"names": ", ".join(found[:MAX_NAMED])},
        )


class ValidatedTexts(models.Model):
    """A model whose texts are checked wherever its fields are, but those kept word for word."""

    to_the_letter = ()

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None):
        errors = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        left_out = {*(exclude or ()), *translated_fields(type(self)), *self.to_the_letter, *errors}
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                text = getattr(self, field.attname)
                if field.name not in left_out and isinstance(text, str):
                    try:
                        check(text)
                    except ValidationError as error:
                        errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)
