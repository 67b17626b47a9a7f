"""How the SDGs and the goals' links to them are found."""

from languages.languages import in_language
from library.search_indexes import EDITORIAL, both
from sdg_links.models import Sdg, SdgLink
from search.entries import IndexEntry, SearchIndex
from search.indexing import register


class SdgIndex(SearchIndex):
    weight = EDITORIAL

    def entry(self, sdg):
        place = {"page": "sdg_links:detail", "key": str(sdg.number), "anchor": "", "line": None}
        facets = {"section": ["sdgs"], "sdg": [str(sdg.number)]}
        return IndexEntry(sdg.pk, sdg.code, True, both(sdg, "name", "full_name"), place, facets)


class SdgLinkIndex(SearchIndex):
    weight = EDITORIAL
    follows = {"goals.goal": "goal", "sdg_links.sdg": "sdg"}

    def records(self):
        return super().records().select_related("goal", "sdg")

    def entry(self, link):
        texts = both(link.goal, "title")
        for language, parts in texts.items():
            parts[1] = in_language(link, "reason", language)
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


def register_indexes():
    register(SdgIndex(Sdg))
    register(SdgLinkIndex(SdgLink))
