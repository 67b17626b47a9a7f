"""How themes and commitments are found."""

from crosscutting.models import Commitment, Theme
from library.searching import CitedSource
from search.indexing import register


def register_sources():
    register(CitedSource(Theme, "themes"))
    register(CitedSource(Commitment, "themes"))
