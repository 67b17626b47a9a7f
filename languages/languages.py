"""The portal's languages: codes, names, directions, and texts that lack one of them."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info


class Text(NamedTuple):
    """A text and the code of its language."""

    value: str
    language: str

    @property
    def is_fallback(self) -> bool:
        """Whether the text is in another language than the active one."""
        return bool(self.value) and self.language != get_language()


def language_codes() -> list[str]:
    """Return the codes of the portal's languages, in the order of LANGUAGES: ["ar", "en"]."""
    return [code for code, _ in settings.LANGUAGES]


def autonym(language: str) -> str:
    """Return the name of a language in that language: العربية, English."""
    name: str = get_language_info(language)["name_local"]
    # Django writes the Arabic name with a shadda, which few people do.
    return "العربية" if language == "ar" else name


@cache
def direction(language: str) -> str:
    """Return the value of the HTML attribute `dir` for a language: "rtl" or "ltr"."""
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def source_language() -> str:
    """Return the code of the language of the documents, from which texts are translated."""
    return settings.LANGUAGE_CODE


def other_languages(language: str) -> list[str]:
    """Return the codes of all languages but one, in the order in which they replace it."""
    return [code for code in language_codes() if code != language]


def languages_from(language: str | None = None) -> list[str]:
    """Return the codes of all languages, one before the others: the active one if none is given."""
    first = language or get_language()
    return [first, *other_languages(first)]


def required_languages() -> list[str]:
    """Return the codes of the two languages that every text of the content has."""
    return language_codes()[:2]


def language_of_direction(is_rtl: bool) -> str:
    """Return the code of the first language that is written in this direction.

    The active language is looked at first; it is also the answer where no language fits.
    """
    order = languages_from()
    matches = (code for code in order if get_language_info(code)["bidi"] == is_rtl)
    return next(matches, order[0])


def text_in_language(record: object, field: str, language: str) -> str:
    """Return a record's text in exactly this language, "" for none."""
    text: str | None = getattr(record, f"{field}_{language}")
    return text or ""


def localized(record: object, field: str) -> Text:
    """Return a record's Text in the active language or, where it has none, in another.

    The column without a language suffix is never read: its value depends on the language that
    was active when the record was last saved.
    """
    for language in languages_from():
        if value := text_in_language(record, field, language):
            return Text(value, language)
    return Text("", get_language())


def label_with_language(label: str | Promise, language: str) -> str:
    """Return the label of a translated field with the name of its language in brackets."""
    return f"{label} ({autonym(language)})"
