"""The search indexes of rounds, highlights and participants."""

from django.db.models import QuerySet

from dialogue.models import Highlight, Participant, Round
from library.search_indexes import CitedIndex, NestedIndex, texts_by_language
from search.entries import IndexEntry, SearchIndex
from search.indexing import register


class ParticipantIndex(SearchIndex[Participant]):
    """Participants; only staff who may view them find them. Readers find the terms instead."""

    depends_on = {"library.term": "term"}

    def records(self) -> QuerySet[Participant]:
        return super().records().select_related("term")

    def entry(self, participant: Participant) -> IndexEntry:
        texts = texts_by_language(participant.term, "term", "forms")
        texts["en"][1] += f"\n{participant.term.acronym}"
        return IndexEntry(participant.pk, "", False, texts, {}, {})


def register_indexes() -> None:
    """Register the search indexes of rounds, highlights and participants."""
    register(CitedIndex(Round, "dialogue", details="place host subject"))
    register(NestedIndex(Highlight, "dialogue"))
    register(ParticipantIndex(Participant))
