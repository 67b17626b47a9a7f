"""How themes and commitments are found."""

from crosscutting.models import Commitment, Theme
from library.search_indexes import CitedIndex
from search.indexing import register


def register_indexes():
    register(CitedIndex(Theme, "themes"))
    register(CitedIndex(Commitment, "themes"))
