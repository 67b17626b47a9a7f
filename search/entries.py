"""What is searchable, and the row of the index that each record becomes.

A row's terms are, in this order:

    own title and code  0above  titles it stands under  0body  text, codes  0mark  markers

each in all languages, with 0gap between them, so that no phrase crosses them. Markers are the
titles' terms once more (xq…) and what results are filtered by (xf<facet>0<value>).
"""

import json
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from django.apps import apps

from search.analysis import ANALYSER_VERSION, terms
from search.codes import codes, written_codes

GAP, ABOVE, BODY, MARK = "0gap", "0above", "0body", "0mark"
TITLE, FACET = "xq", "xf"
PUBLIC = ""  # what everybody may see has no audience


class IndexEntry(NamedTuple):
    """What is searchable of a record.

    `texts` maps each language to a title and a text. The title is the record's own, or that of
    what it stands under; its further lines are other names, and other titles above the record.
    `place` is what a result shows of where it stands, as JSON; `facets` maps a name of small
    letters to values of letters and digits; `above` are the codes of what it stands under.
    """

    record: int
    code: str
    is_public: bool
    texts: dict
    place: dict
    facets: dict
    is_titled: bool = True
    above: tuple = ()


class SearchIndex:
    """Says how the records of a model are found; upper rooms register one for each model.

    `follows` maps the label of another model to the look-up that leads from this model to it:
    when a record of that model changes, the entries that it shows in are written anew.
    `weight` is what an entry counts for beside those of other models.
    """

    weight = 1.0
    follows = {}

    def __init__(self, model):
        self.model = model
        self.kind = model._meta.label_lower

    def records(self):
        """Return the records, or rows of them with `pk`, with all that entry() reads of them."""
        return self.model._base_manager.all()

    def some(self, keys):
        """Return those of the records that have these keys, in the order of these."""
        return self.records().filter(pk__in=keys).order_by("pk")

    def entry(self, record):
        """Return the IndexEntry of a record, or of a row of columns where records() gives such."""
        raise NotImplementedError


indexes = {}


def followers(model):
    """Yield each source whose entries show records of a model, and the look-up that leads there."""
    for source in indexes.values():
        if lookup := source.follows.get(model._meta.label_lower):
            yield source, lookup


def seen_by(model):
    """Return the audience of entries that only those see who may view records of a model."""
    return model._meta.label_lower


def audience(user):
    """Return the audiences that a person belongs to: everybody's, and those by permission."""
    audiences = [PUBLIC]
    if user.is_active and user.is_staff:
        for kind in indexes:
            model = apps.get_model(kind)
            if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
                audiences.append(seen_by(model))
    return audiences


def facet(name, value):
    """Return the marker of a value that results are filtered by."""
    return f"{FACET}{name}0{value}"


def read_facet(marker):
    """Return the name and the value of a facet's marker."""
    name, _zero, value = marker.removeprefix(FACET).partition("0")
    return name, value


def row_terms(source, entry):
    """Return the terms of an entry's row, as the module's first sentence describes them."""
    titles = [terms(line) for title, _text in entry.texts.values() for line in title.split("\n")]
    texts = [terms(text) for _title, text in entry.texts.values()]
    own = [code.term for code in codes(entry.code)]
    named = chain.from_iterable(written_codes(" \n ".join(both)) for both in entry.texts.values())
    above = chain.from_iterable((code.term for code in codes(code)) for code in entry.above)
    others = dict.fromkeys(term for term in chain(named, above) if term not in own)
    in_title = dict.fromkeys(chain(*titles, own))
    titled, under = (titles, []) if entry.is_titled else ([], titles)
    markers = [f"{TITLE}{term}" for term in in_title]
    markers += [facet(name, value) for name, values in entry.facets.items() for value in values]
    parts = [*joined([*titled, own]), ABOVE, *joined(under), BODY]
    return " ".join([*parts, *joined([*texts, others]), MARK, *markers])


def joined(parts):
    """Yield the terms of several texts with a gap between them."""
    for position, part in enumerate(parts):
        if position:
            yield GAP
        yield from part


def digest(entry, row):
    """Return what an entry's row was made from, in 64 digits."""
    made_from = json.dumps([ANALYSER_VERSION, row, entry], ensure_ascii=False, sort_keys=True)
    return sha256(made_from.encode("utf-8", "surrogatepass")).hexdigest()
