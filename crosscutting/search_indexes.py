"""The search indexes of themes and commitments."""

from crosscutting.models import Commitment, Theme
from library.search_indexes import CitedIndex
from search.indexing import register


def register_indexes() -> None:
    """Register the search indexes of themes and commitments."""
    register(CitedIndex(Theme, "themes"))
    register(CitedIndex(Commitment, "themes"))
