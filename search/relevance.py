"""Measures the search by judged queries: how many relevant passages it finds, and how early.

A file of judged queries is JSON. `queries` is a list; each has its language (`lang`), its `kind`,
its text (`query`) and its `relevant` passages: [document, line], or the code of a passage without a
line. If the file has `passages`, the relevant ones are their keys there.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from search.engine import search
from search.models import SearchEntry

RECALL_AT = 5

type Passage = tuple[str, int] | str  # document and line, or a code


class JudgedQuery(TypedDict):
    """A query with its relevant passages; `judged` has all passages of the file."""

    lang: str
    kind: str
    query: str
    relevant: set[Passage]
    judged: set[Passage]


class MeanScore(NamedTuple):
    """The means of a group of queries; all values are 0 to 1.

    `recall` is recall@5, as a fraction of the relevant passages that fit in five places.
    """

    queries: int
    recall: float
    reciprocal_rank: float


class QueryScore(NamedTuple):
    """The recall@5 and the reciprocal rank of one query, and its first five passages."""

    query: JudgedQuery
    recall: float
    reciprocal_rank: float
    first_passages: list[Passage]


def read_queries(path: Path) -> list[JudgedQuery]:
    """Return the queries of a file."""
    judged = json.loads(path.read_text(encoding="utf-8"))
    passages = judged.get("passages", {})
    for query in judged["queries"]:
        query["relevant"] = {
            passage_key(passages.get(str(passage), passage)) for passage in query["relevant"]
        }
        query["judged"] = set(map(passage_key, passages.values()))
    queries: list[JudgedQuery] = judged["queries"]
    return queries


def passage_key(passage: dict[str, Any] | list[Any] | str) -> Passage:
    """Return the passage that a value of a file means: an object, a list, or a code."""
    if isinstance(passage, dict):
        passage = [passage["document"].removesuffix(".ar.txt"), passage["line"]]
    return passage if isinstance(passage, str) else tuple(passage)


def score_query(query: JudgedQuery) -> QueryScore:
    """Return the score of a query.

    Entries without a code (terms, notes) and, where the file has passages, others are left out.
    """
    entry_ids = [entry.entry_id for entry in search(query["query"]).ranked]
    entries = SearchEntry.objects.in_bulk(entry_ids)
    passages: dict[Passage, None] = dict.fromkeys(
        filter(None, (entry_key(entries[entry_id]) for entry_id in entry_ids))
    )
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


def entry_key(entry: SearchEntry) -> Passage | None:
    """Return the passage that an entry is made from, None if it has no code."""
    if not entry.code:
        return None
    if entry.place.get("line"):
        return (entry.place["document"], entry.place["line"])
    return entry.code


def mean_scores(
    query_scores: Iterable[QueryScore],
    key: Callable[[JudgedQuery], str] = lambda query: query["lang"],
) -> dict[str, MeanScore]:
    """Return the means of each group of queries; `key` returns the group of a query."""
    scores_by_group: defaultdict[str, list[QueryScore]] = defaultdict(list)
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
