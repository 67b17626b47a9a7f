"""Translations of our own documents with lines dropped, merged, split and added by a fixed seed."""

import random
from typing import NamedTuple

from library.models import Document
from library.passages import passage_models

KINDS = ["drop source", "drop target", "merge", "split", "add"]


class Damaged(NamedTuple):
    """Lines of two languages, and the links (source, target) between them as indexes."""

    source: list[str]
    target: list[str]
    links: set[tuple[int, int]]


def document_pairs():
    """Return the pairs of texts (Arabic, English) of each document, in the order of its lines."""
    pairs = {document.pk: {} for document in Document.objects.all()}
    for model in passage_models():
        field = model.cited_field
        for record in model.objects.with_sources().exclude(line=None):
            texts = (getattr(record, f"{field}_ar"), getattr(record, f"{field}_en"))
            pairs[record.line.document_id].setdefault(record.line.number, texts)
    return [[texts for _number, texts in sorted(lines.items())] for lines in pairs.values()]


def damage(pairs, rate, seed, others):
    """Return Damaged lines of which a share `rate` was changed; `others` are lines to be added."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    source, target, links = [], [], set()
    index = 0
    while index < len(pairs):
        arabic, english = pairs[index]
        index += 1
        kind = chance.choice(KINDS) if chance.random() < rate else ""
        if kind == "add":
            target.append(chance.choice(others))
        words = english.split()
        if kind == "drop source":
            target.append(english)
        elif kind == "drop target":
            source.append(arabic)
        elif kind == "merge" and index < len(pairs):
            other_arabic, other_english = pairs[index]
            index += 1
            links |= {(len(source), len(target)), (len(source) + 1, len(target))}
            source += [arabic, other_arabic]
            target.append(f"{english} {other_english}")
        elif kind == "split" and len(words) > 3:
            middle = len(words) // 2
            links |= {(len(source), len(target)), (len(source), len(target) + 1)}
            source.append(arabic)
            target += [" ".join(words[:middle]), " ".join(words[middle:])]
        else:
            links.add((len(source), len(target)))
            source.append(arabic)
            target.append(english)
    return Damaged(source, target, links)
