"""How rounds, their statements and the participants of the Dialogue are found."""

from dialogue.models import Highlight, Participant, Round
from library.searching import CitedSource, NestedSource, both
from search.entries import Entry, Source
from search.indexing import register


class ParticipantSource(Source):
    """Participants, which only administrators search: readers find them in the glossary."""

    follows = {"library.term": "term"}

    def records(self):
        return super().records().select_related("term")

    def entry(self, participant):
        texts = both(participant.term, "term", "forms")
        texts["en"][1] += f"\n{participant.term.acronym}"
        return Entry(participant.pk, "", False, texts, {}, {})


def register_sources():
    register(CitedSource(Round, "dialogue", details="place host subject"))
    register(NestedSource(Highlight, "dialogue"))
    register(ParticipantSource(Participant))
