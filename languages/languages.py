"""The portal's languages: their own names, their direction, and text that may lack one of them."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, get_language_info


class Text(NamedTuple):
    """A text and the language that it is in."""

    value: str
    language: str

    @property
    def is_fallback(self):
        """Whether the reader gets another language than the page's."""
        return bool(self.value) and self.language != get_language()


def codes():
    return [code for code, _ in settings.LANGUAGES]


def autonym(language):
    """Return what a language calls itself: العربية, English."""
    name = get_language_info(language)["name_local"]
    return "العربية" if language == "ar" else name


@cache
def direction(language):
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def source():
    """Return the language that the documents are in, and that texts are translated from."""
    return settings.LANGUAGE_CODE


def others(language):
    """Return the portal's other languages, in the order in which they stand in for it."""
    return [code for code in codes() if code != language]


def equals():
    """Return the two languages that every text of the content has; others may follow later."""
    return codes()[:2]


def of_script(right_to_left):
    """Return the language that a text of this direction is in: the reader's if it may be."""
    order = [get_language(), *others(get_language())]
    of_it = (code for code in order if get_language_info(code)["bidi"] == right_to_left)
    return next(of_it, order[0])


def in_language(record, field, language):
    """Return a record's text in exactly this language, "" where there is none."""
    return getattr(record, f"{field}_{language}") or ""


def localized(record, field):
    """Return a record's text in the active language or, where it has none, in another.

    The unsuffixed column of django-modeltranslation is never read: what it holds
    depends on who saved last.
    """
    active = get_language()
    for language in [active, *others(active)]:
        if value := in_language(record, field, language):
            return Text(value, language)
    return Text("", active)


def label_with_language(label, language):
    """Return a form's label for one language of a field."""
    return f"{label} ({autonym(language)})"
