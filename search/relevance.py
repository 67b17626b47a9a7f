"""How well the search finds what judges have said that it should find.

A file of judged queries has `queries`, each with its language (`lang`), its `kind`, its words
(`query`) and what is `relevant`: [document, line] of a passage, or the code of what has no line.
Where the file has `passages`, relevant ones are named by their keys there.
"""

import json
from collections import defaultdict
from typing import NamedTuple

from search.engine import search
from search.models import SearchEntry

RECALL_AT = 5


class MeanScore(NamedTuple):
    """Means over queries: recall@5, of what can be had in five places, and reciprocal rank."""

    queries: int
    recall: float
    reciprocal_rank: float


class QueryScore(NamedTuple):
    """One query with its recall@5, its reciprocal rank, and what was found first."""

    query: dict
    recall: float
    reciprocal_rank: float
    found: list


def read_queries(path):
    """Return the queries of a file, what is relevant as (document, line) or code."""
    judged = json.loads(path.read_text(encoding="utf-8"))
    passages = judged.get("passages", {})
    for query in judged["queries"]:
        query["relevant"] = {name(passages.get(str(found), found)) for found in query["relevant"]}
        query["judged"] = set(map(name, passages.values()))
    return judged["queries"]


def name(passage):
    if isinstance(passage, dict):
        passage = [passage["document"].removesuffix(".ar.txt"), passage["line"]]
    return passage if isinstance(passage, str) else tuple(passage)


def judge(query):
    """Score a query; entries that nobody has judged (terms, notes) are left out."""
    ids = [found.entry_id for found in search(query["query"]).ranked]
    rows = SearchEntry.objects.in_bulk(ids)
    names = dict.fromkeys(filter(None, (named(rows[entry]) for entry in ids)))
    found = [name for name in names if not query["judged"] or name in query["judged"]]
    first = found[:RECALL_AT]
    hits = sum(passage in query["relevant"] for passage in first)
    recall = hits / min(RECALL_AT, len(query["relevant"]))
    places = [place for place, passage in enumerate(found, 1) if passage in query["relevant"]]
    return QueryScore(query, recall, 1 / places[0] if places else 0.0, first)


def named(row):
    if not row.code:
        return None
    if row.place.get("line"):
        return (row.place["document"], row.place["line"])
    return row.code


def scores(outcomes, key=lambda query: query["lang"]):
    """Return the MeanScore of each language, or of whatever `key` says of a query."""
    clauses = defaultdict(list)
    for outcome in outcomes:
        clauses[key(outcome.query)].append(outcome)
    return {
        clause: MeanScore(
            len(found),
            sum(outcome.recall for outcome in found) / len(found),
            sum(outcome.reciprocal_rank for outcome in found) / len(found),
        )
        for clause, found in clauses.items()
    }
