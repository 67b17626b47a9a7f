"""How rounds, their statements and the participants of the Dialogue are found."""

from dialogue.models import Highlight, Participant, Round
from library.search_indexes import CitedIndex, NestedIndex, both
from search.entries import IndexEntry, SearchIndex
from search.indexing import register


class ParticipantIndex(SearchIndex):
    """Participants, which only administrators search: readers find them in the glossary."""

    follows = {"library.term": "term"}

    def records(self):
        return super().records().select_related("term")

    def entry(self, participant):
        texts = both(participant.term, "term", "forms")
        texts["en"][1] += f"\n{participant.term.acronym}"
        return IndexEntry(participant.pk, "", False, texts, {}, {})


def register_indexes():
    register(CitedIndex(Round, "dialogue", details="place host subject"))
    register(NestedIndex(Highlight, "dialogue"))
    register(ParticipantIndex(Participant))
