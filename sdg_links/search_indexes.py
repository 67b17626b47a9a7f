"""The search indexes of SDGs and of the links between goals and SDGs."""

from django.db.models import QuerySet

from languages.languages import text_in_language
from library.search_indexes import EDITORIAL_WEIGHT, texts_by_language
from sdg_links.models import Sdg, SdgLink
from search.entries import IndexEntry, SearchIndex
from search.indexing import register


class SdgIndex(SearchIndex[Sdg]):
    """SDGs, by their short and full names."""

    weight = EDITORIAL_WEIGHT

    def entry(self, sdg: Sdg) -> IndexEntry:
        place = {"page": "sdg_links:detail", "key": str(sdg.number), "anchor": "", "line": None}
        facets = {"section": ["sdgs"], "sdg": [str(sdg.number)]}
        texts = texts_by_language(sdg, "name", "full_name")
        return IndexEntry(sdg.pk, sdg.code, True, texts, place, facets)


class SdgLinkIndex(SearchIndex[SdgLink]):
    """Links between goals and SDGs, by their reason, under the title of the goal."""

    weight = EDITORIAL_WEIGHT
    depends_on = {"goals.goal": "goal", "sdg_links.sdg": "sdg"}

    def records(self) -> QuerySet[SdgLink]:
        return super().records().select_related("goal", "sdg")

    def entry(self, link: SdgLink) -> IndexEntry:
        texts = texts_by_language(link.goal, "title")
        for language, parts in texts.items():
            parts[1] = text_in_language(link, "reason", language)
        place = {
            "page": link.goal.page,
            "key": link.goal.slug,
            "anchor": link.anchor,
            "line": None,
        }
        facets = {"section": ["sdgs"], "sdg": [str(link.sdg.number)]}
        above = (f"SDG {link.label}", link.sdg.code)
        return IndexEntry(
            link.pk,
            link.code,
            link.goal.is_published,
            texts,
            place,
            facets,
            is_titled=False,
            above=above,
        )


def register_indexes() -> None:
    """Register the search indexes of SDGs and links."""
    register(SdgIndex(Sdg))
    register(SdgLinkIndex(SdgLink))
