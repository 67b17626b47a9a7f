"""Finds the texts that name a code, as the reason of an SDG link names an objective."""

import re
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Model, Q

from languages.fields import translated_fields
from languages.languages import language_codes
from library.models.content import ContentModel


def records_naming(codes: Collection[str]) -> Iterator[Model]:
    """Yield each record with a text that names any of some codes, and no longer code."""
    if not codes:
        return
    schemes = sorted({code.partition(" ")[0] for code in codes})
    named = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, codes))})(?![\w-]|\.\w)", re.IGNORECASE
    )
    for model in apps.get_models():
        columns = text_columns(model)
        if columns:
            parts = [Q(**{f"{name}__icontains": text}) for name in columns for text in schemes]
            for record in model._base_manager.filter(reduce(or_, parts)).order_by("pk"):
                if any(named.search(getattr(record, name) or "") for name in columns):
                    yield record


def text_columns(model: type[Model]) -> list[str]:
    """Return the columns with the texts of a model of the content in each language."""
    if not issubclass(model, ContentModel):
        return []
    return [f"{name}_{code}" for name in translated_fields(model) for code in language_codes()]
