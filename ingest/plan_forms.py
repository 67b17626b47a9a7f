"""What the forms of a plan send: the uses of lines, and the other fields of new pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import Model
from django.forms.models import modelform_factory

from editing.admin import PUBLISHING_FIELDS
from ingest.forms import sent_rows
from ingest.making import Made
from ingest.models import BoilerplateReason, LineUse, PlannedLine
from ingest.places import place_choices, place_of_code
from ingest.planning import SentPlan
from languages.fields import translated_fields
from languages.languages import language_codes
from library.models import Container
from translations.units import model_field

# Fields of a planned line that a form has as text.
TEXTS = (
    "translation",
    "original",
    "reading",
    "correction_reason",
    "correction_reason_translation",
    "note",
    "note_translation",
    "note_url",
)
type AnyForm = forms.ModelForm[Any]
# Of the fields of a page's form, those that follow from the line and its document.
GIVEN = {"code", "title", "line", "document", *PUBLISHING_FIELDS}


def sent_plans(data: Mapping[str, Any]) -> list[SentPlan]:
    """Return the planned lines that a form sends; each has a field with its version."""
    places = {value for value, _label in place_choices()}
    sent = []
    for key, version in sent_rows(data):

        def value(field: str, key: int = key) -> str:
            return str(data.get(f"{field}-{key}", "")).replace("\x00", "").strip()

        year = value("note_year")
        values: dict[str, Any] = {field: value(field)[: max_length(field)] for field in TEXTS} | {
            "place": place_of_code(value("code"))[: max_length("place")]
            if value("code")
            else value("place") * (value("place") in places),
            "use": value("use") if value("use") in LineUse.values else LineUse.STATEMENT,
            "reason": value("reason") if value("reason") in BoilerplateReason.values else "",
            "is_translation_confirmed": f"confirmed-{key}" in data
            or ("confirm" in data and bool(value("translation"))),
            "note_year": int(year) if year.isdecimal() and len(year) == 4 else None,
        }
        sent.append(SentPlan(key, version, values))
    return sent


def max_length(field: str) -> int | None:
    """Return how many characters a text of a planned line may have, None for any number."""
    return model_field(PlannedLine(), field).max_length


def new_pages(
    made: Made, rows: Mapping[int, PlannedLine], data: Mapping[str, Any] | None
) -> list[tuple[PlannedLine, AnyForm]]:
    """Return the planned line and the form of the other fields of each new page."""
    pages = []
    for key, record in made.by_line.items():
        if not isinstance(record, Container) or record.pk:
            continue
        names = own_fields(type(record))
        form_class = modelform_factory(type(record), fields=names)
        initial = {name: getattr(record, name) for name in names} | rows[key].values
        pages.append((rows[key], form_class(data, initial=initial, prefix=f"page-{key}")))
    return pages


def own_fields(model: type[Model]) -> list[str]:
    """Return the names of the fields of a page that do not follow from its line."""
    model_admin = admin.site.get_model_admin(model)
    translated = translated_fields(model)
    names = [name for name in flatten(model_admin.fields or ()) if name not in GIVEN]
    return [
        column
        for name in names
        for column in (
            [f"{name}_{code}" for code in language_codes()] if name in translated else [name]
        )
    ]


def json_values(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form as JSON has them."""
    return {
        name: value if isinstance(value, int | str | None) else getattr(value, "pk", str(value))
        for name, value in cleaned.items()
        if value not in ("", None)
    }
