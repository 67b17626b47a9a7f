"""The public page of the concordance of two editions."""

from itertools import groupby
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from languages.languages import languages_from, text_in_language
from languages.text_diff import DiffPart, word_diff
from library.concordance import count_missing
from library.editions import GROUPS_PER_PAGE, CorrespondenceKind, Succession, successions
from library.models import Correspondence, Document
from library.page_parameters import NUMBERED, numbered_page, page_parameters
from library.passages import Passage, passages


class JoinedPair(NamedTuple):
    """A row of the concordance with the Passages of both codes, None for one that is not public.

    `differences` are the word differences by language, that of the reader first; where only one
    of the two is there, its text.
    """

    row: Succession
    reason: Correspondence
    former: Passage | None
    later: Passage | None

    @property
    def differences(self) -> list[tuple[str, list[DiffPart]]]:
        shown = []
        for code in languages_from():
            before, after = (
                text_in_language(passage, "text", code) if passage else None
                for passage in (self.former, self.later)
            )
            parts = word_diff(
                after if before is None else before, before if after is None else after
            )
            if parts:
                shown.append((code, parts))
        return shown


class JoinedStatement(NamedTuple):
    """A statement of the former edition, or a new one, with all its rows.

    `title` is the Passage of it, for the title of its page; None where it is not public.
    """

    code: str
    title: Passage | None
    pairs: list[JoinedPair]

    @property
    def container(self) -> str:
        """The code of its page."""
        row = self.pairs[0].row
        return row.former_container or row.later_container


@require_safe
@page_parameters(NUMBERED)
def concordance(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what became of the statements of the former edition of a document.

    Raises Http404 where the document is not published or replaces none that is.
    """
    documents = Document.objects.published().select_related("replaces")
    document = get_object_or_404(documents, slug=slug)
    former = document.replaces
    if former is None or not former.is_published:
        raise Http404
    rows = [row for row in successions() if row.document == slug]
    groups = [
        list(group) for _code, group in groupby(rows, key=lambda row: row.former or row.later)
    ]
    places = Paginator(groups, GROUPS_PER_PAGE).get_page(numbered_page(request))
    context = {
        "document": document,
        "former": former,
        "places": places,
        "statements": joined_statements(document, list(places)),
        "missing": count_missing(document.pk),
        "kinds": count_kinds(rows),
    }
    return render(request, "library/concordance.html", context)


def joined_statements(document: Document, groups: list[list[Succession]]) -> list[JoinedStatement]:
    """Return the statements of a page, by two queries."""
    rows = [row for group in groups for row in group]
    wanted = {code for row in rows for code in (row.former, row.later) if code}
    by_code = {passage.code: passage for passage in passages(code__among=sorted(wanted))}
    own = document.correspondences.filter(Q(former__in=wanted) | Q(former="", later__in=wanted))
    stored = {(row.former, row.later): row for row in own}
    return [
        JoinedStatement(
            group[0].former or group[0].later,
            by_code.get(group[0].former or group[0].later),
            [
                JoinedPair(
                    row,
                    stored[row.former, row.later],
                    by_code.get(row.former),
                    by_code.get(row.later),
                )
                for row in group
            ],
        )
        for group in groups
    ]


def count_kinds(rows: list[Succession]) -> list[tuple[CorrespondenceKind, int]]:
    """Return how many rows there are of each kind that occurs, in the order of the kinds."""
    kinds = [row.kind for row in rows]
    return [(kind, kinds.count(kind)) for kind in CorrespondenceKind if kind in kinds]
