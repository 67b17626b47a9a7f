"""The indexes of the models, and the format of an entry's terms.

The terms of an entry are, in this order:

    own titles and code  0above  titles above it  0body  texts, codes  0mark  markers

Titles and texts are there in all languages, with 0gap between them, so that no phrase matches
across them. Markers are the terms of the titles once more (xq…), and the facets that results are
filtered by (xf<facet>0<value>).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models

from search.analysis import ANALYSER_VERSION, analyse
from search.codes import find_codes, uppercase_code_terms

GAP, ABOVE, BODY, MARKERS = "0gap", "0above", "0body", "0mark"
TITLE_PREFIX, FACET_PREFIX = "xq", "xf"
PUBLIC = ""  # the audience of entries that everybody may see

# The parts of the address that a result leads to, as JSON values.
type Place = Mapping[str, str | int | Sequence[str | int] | None]


class IndexEntry(NamedTuple):
    """The searchable content of one record.

    `record` is the record's primary key. `texts` maps each language to a title and a text. The
    first line of a title is the record's own where `is_titled`, else that of its container or
    document; further lines are other names, or other titles above the record. `facets` maps the
    name of a facet (small letters) to its values (letters and digits). `above` has the codes of the
    containers and statements above the record.
    """

    record: int
    code: str
    is_public: bool
    texts: dict[str, list[str]]
    place: Place
    facets: dict[str, list[str]]
    is_titled: bool = True
    above: tuple[str, ...] = ()


class SearchIndex[M: models.Model]:
    """Makes the entries of one model's records; a subclass for each kind of model is registered.

    `depends_on` maps the label of another model to the lookup that leads from this model to it:
    when a record of the other model changes, the entries that show its texts are written again.
    `weight` is the factor of the entries' scores, 1.0 for texts of the documents.
    """

    weight: float = 1.0
    depends_on: dict[str, str] = {}

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.kind = model._meta.label_lower

    def records(self) -> models.QuerySet[M, Any]:
        """Return the queryset of all records, or of named rows with `pk`, that entry() reads."""
        return self.model._base_manager.all()

    def records_by_key(self, keys: Iterable[int]) -> Iterable[Any]:
        """Return the records with these primary keys, ordered by primary key."""
        return self.records().filter(pk__in=keys).order_by("pk")

    def entry(self, record: M) -> IndexEntry:
        """Return the IndexEntry of a record, or of a row if records() gives rows.

        Raises ObjectDoesNotExist where a record above it is not stored yet.
        """
        raise NotImplementedError


indexes: dict[str, SearchIndex[Any]] = {}  # by the label of their model


def dependent_indexes(model: type[models.Model]) -> Iterator[tuple[SearchIndex[Any], str]]:
    """Yield (index, lookup) for each index whose entries show texts of a model's records."""
    for index in indexes.values():
        if lookup := index.depends_on.get(model._meta.label_lower):
            yield index, lookup


def restricted_audience(model: type[models.Model]) -> str:
    """Return the audience of entries that only people see who may view the model's records."""
    return model._meta.label_lower


def user_audiences(user: AbstractUser | AnonymousUser) -> list[str]:
    """Return a user's audiences: PUBLIC, and one for each model whose records they may view."""
    audiences = [PUBLIC]
    if user.is_active and user.is_staff:
        for kind in indexes:
            model = apps.get_model(kind)
            if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
                audiences.append(restricted_audience(model))
    return audiences


def facet_marker(name: str, value: str) -> str:
    """Return the marker of entries that have this value of a facet."""
    return f"{FACET_PREFIX}{name}0{value}"


def parse_facet(marker: str) -> tuple[str, str]:
    """Return the facet's name and the value of a marker."""
    name, _zero, value = marker.removeprefix(FACET_PREFIX).partition("0")
    return name, value


def entry_terms(index: SearchIndex[Any] | None, entry: IndexEntry) -> str:
    """Return the terms of an IndexEntry, as one text in the format of this module's docstring."""
    title_terms = [
        analyse(line) for title, _text in entry.texts.values() for line in title.split("\n")
    ]
    text_terms = [analyse(text) for _title, text in entry.texts.values()]
    own_codes = [code.term for code in find_codes(entry.code)]
    cited_codes = chain.from_iterable(
        uppercase_code_terms(" \n ".join(both)) for both in entry.texts.values()
    )
    codes_above = chain.from_iterable(
        (code.term for code in find_codes(code)) for code in entry.above
    )
    other_codes = dict.fromkeys(
        term for term in chain(cited_codes, codes_above) if term not in own_codes
    )
    title_and_code = dict.fromkeys(chain(*title_terms, own_codes))
    own_titles, titles_above = (title_terms, []) if entry.is_titled else ([], title_terms)
    markers = [f"{TITLE_PREFIX}{term}" for term in title_and_code]
    markers += [
        facet_marker(name, value) for name, values in entry.facets.items() for value in values
    ]
    parts = [*join_with_gaps([*own_titles, own_codes]), ABOVE, *join_with_gaps(titles_above), BODY]
    return " ".join([*parts, *join_with_gaps([*text_terms, other_codes]), MARKERS, *markers])


def join_with_gaps(parts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the terms of several texts, with GAP between the texts."""
    for position, part in enumerate(parts):
        if position:
            yield GAP
        yield from part


def entry_digest(entry: IndexEntry, row_terms: str) -> str:
    """Return the SHA-256, in 64 hexadecimal digits, of the values that an entry is stored with."""
    content = json.dumps([ANALYSER_VERSION, row_terms, entry], ensure_ascii=False, sort_keys=True)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
