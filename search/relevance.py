"""Measures the search by judged queries: how many relevant passages it finds, and how early.

A file of judged queries is JSON. `queries` is a list; each has its language (`lang`), its `kind`,
its text (`query`) and its `relevant` passages: [document, line], or the code of a passage without a
line. If the file has `passages`, the relevant ones are their keys there.
"""

import json
from collections import defaultdict
from typing import NamedTuple

from search.engine import search
from search.models import SearchEntry

RECALL_AT = 5


class MeanScore(NamedTuple):
    """The means of a group of queries; all values are 0 to 1.

    `recall` is recall@5, as a fraction of the relevant passages that fit in five places.
    """

    queries: int
    recall: float
    reciprocal_rank: float


class QueryScore(NamedTuple):
    """The recall@5 and the reciprocal rank of one query, and its first five passages."""

    query: dict
    recall: float
    reciprocal_rank: float
    first_passages: list[tuple[str, int] | str]


def read_queries(path):
    """Return the queries of a file, as dictionaries.

    `relevant` is the set of relevant passages, `judged` the set of all passages of the file; each
    is (document, line) or a code.
    """
    judged = json.loads(path.read_text(encoding="utf-8"))
    passages = judged.get("passages", {})
    for query in judged["queries"]:
        query["relevant"] = {
            passage_key(passages.get(str(passage), passage)) for passage in query["relevant"]
        }
        query["judged"] = set(map(passage_key, passages.values()))
    return judged["queries"]


def passage_key(passage):
    """Return (document, line) or the code of a passage of a file."""
    if isinstance(passage, dict):
        passage = [passage["document"].removesuffix(".ar.txt"), passage["line"]]
    return passage if isinstance(passage, str) else tuple(passage)


def score_query(query):
    """Return the QueryScore of a query of read_queries().

    Entries without a code (terms, notes) and, where the file has passages, others are left out.
    """
    entry_ids = [entry.entry_id for entry in search(query["query"]).ranked]
    entries = SearchEntry.objects.in_bulk(entry_ids)
    passages = dict.fromkeys(filter(None, (entry_key(entries[entry_id]) for entry_id in entry_ids)))
    ranked_passages = [
        passage for passage in passages if not query["judged"] or passage in query["judged"]
    ]
    first_passages = ranked_passages[:RECALL_AT]
    hits = sum(passage in query["relevant"] for passage in first_passages)
    recall = hits / min(RECALL_AT, len(query["relevant"]))
    ranks = [
        rank for rank, passage in enumerate(ranked_passages, 1) if passage in query["relevant"]
    ]
    return QueryScore(query, recall, 1 / ranks[0] if ranks else 0.0, first_passages)


def entry_key(entry):
    """Return (document, line) or the code of a SearchEntry, None if it has no code."""
    if not entry.code:
        return None
    if entry.place.get("line"):
        return (entry.place["document"], entry.place["line"])
    return entry.code


def mean_scores(query_scores, key=lambda query: query["lang"]):
    """Return the MeanScore of each group of queries; `key` returns the group of a query."""
    scores_by_group = defaultdict(list)
    for score in query_scores:
        scores_by_group[key(score.query)].append(score)
    return {
        group: MeanScore(
            len(scores),
            sum(score.recall for score in scores) / len(scores),
            sum(score.reciprocal_rank for score in scores) / len(scores),
        )
        for group, scores in scores_by_group.items()
    }
