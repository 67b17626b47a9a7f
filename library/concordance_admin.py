"""The page of the admin on which the concordance of two editions is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editing.admin_pages import admin_page
from editing.proposal_admin import WAITS
from editing.proposals import proposing
from editing.publishing_rights import must_propose
from history.actors import signed_in
from languages.languages import language_codes, languages_from
from languages.text_diff import DiffPart, word_diff
from library import codes
from library.concordance import (
    EMPTY,
    EditionText,
    Joined,
    SentRow,
    edition_texts,
    propose,
    proposed_reasons,
    save_rows,
    stored_rows,
)
from library.models import Document

ROWS_PER_PAGE = 40
PERMISSIONS = ("library.add_correspondence", "library.change_correspondence")


class ShownRow(NamedTuple):
    """A statement as the form has it, with what stands in its fields.

    `is_former` is false for a statement of the later edition alone, `is_stored` is true where the
    concordance has it, `stored` is the version of what is stored, `problem` why it was not.
    """

    text: EditionText
    joined: Joined
    stored: str
    others: list[EditionText]
    problem: str
    is_former: bool
    is_stored: bool

    @property
    def is_folded(self) -> bool:
        """Whether the row is finished, and takes one line until somebody opens it."""
        return self.is_stored and not self.problem

    @property
    def is_same(self) -> bool:
        """Whether the proposal is a statement with the same texts that nobody has accepted yet."""
        return not self.is_stored and [other.texts for other in self.others] == [self.text.texts]

    @property
    def later(self) -> str:
        """The codes in the field."""
        return ", ".join(self.joined.others)

    @property
    def shown(self) -> str:
        """The version of what stands in the fields."""
        return self.joined._replace(further=()).version

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reason in each language, that of the reader first."""
        return [(code, self.joined.reasons.get(code, "")) for code in languages_from()]

    @property
    def differences(self) -> list[tuple[EditionText, list[tuple[str, list[DiffPart]]]]]:
        """The word difference to each statement that it became, by language."""
        return [
            (
                other,
                [
                    (code, word_diff(self.text.texts[code], other.texts[code]))
                    for code, _reason in self.reasons
                ],
            )
            for other in self.others
        ]


def concordance_view(
    model_admin: ModelAdmin[Any], request: HttpRequest, record: int
) -> HttpResponse:
    """Show the statements of two editions with what joins them, and store what people decide.

    `record` is the primary key of the later document. Raises PermissionDenied, and Http404 where it
    replaces none.
    """
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    document = Document.objects.filter(pk=record).select_related("replaces").first()
    if document is None or document.replaces is None:
        raise Http404
    former, later = edition_texts(document.replaces), edition_texts(document)
    sent: dict[str, SentRow] = {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        former_codes, later_codes = ({text.code for text in texts} for texts in (former, later))
        rows = sent_rows(request.POST, later_codes)
        waits = must_propose(request, document)
        with proposing(document, signed_in(request)) if waits else nullcontext():
            problems = save_rows(document, former_codes, later_codes, rows)
        count = sum(row.is_changed for row in rows) - len(problems)
        text = ngettext("%(count)d row was saved.", "%(count)d rows were saved.", count)
        if count and waits:
            messages.success(request, WAITS)
        elif count:
            messages.success(request, text % {"count": count})
        if not problems:
            return redirect(next_address(request, document))
        sent = {row.code: row for row in rows if row.code in problems}
    shown, totals = shown_rows(stored_rows(document), former, later, sent, problems)
    number = "1" if problems else request.GET.get("page", "1")
    page = Paginator(shown, max(ROWS_PER_PAGE, len(problems))).get_page(number)
    return admin_page(
        model_admin,
        request,
        "library/concordance_form.html",
        _("Concordance of %(document)s") % {"document": document},
        document=document,
        shown=page,
        problems=len(problems),
        reasons=used_reasons(document),
        **totals,
    )


def sent_rows(data: QueryDict, known: Collection[str]) -> list[SentRow]:
    """Return the rows that the form sends; each has its code in the fields `row`.

    `known` are the codes of the later edition.
    """

    def value(name: str) -> str:
        return data.get(name, "").replace("\x00", "").strip()

    rows = []
    for code in data.getlist("row"):
        anchor = codes.to_slug(code)
        later = value(f"later-{anchor}")
        reasons = {language: value(f"reason-{language}-{anchor}") for language in language_codes()}
        rows.append(
            SentRow(
                code,
                Joined(tuple(read_codes(later, known)), reasons),
                data.get(f"stored-{anchor}", ""),
                data.get(f"shown-{anchor}", ""),
                f"accepted-{anchor}" in data or ("accept" in data and f"same-{anchor}" in data),
            )
        )
    return rows


def read_codes(text: str, known: Collection[str]) -> list[str]:
    """Return the codes in a text, each once, with commas or spaces between them.

    A part between commas that is one of the `known` codes is that one. In another, letters belong
    to what follows them.
    """
    found: list[str] = []
    for part in text.replace("،", ",").split(","):
        code = codes.normalise_code(part)
        words = [code] if code in known else code.split()
        joins = False
        for word in words:
            if joins:
                found[-1] = f"{found[-1]} {word}"
            else:
                found.append(word)
            joins = not joins and word.isalpha() and word not in known
    return list(dict.fromkeys(filter(None, found)))


def next_address(request: HttpRequest, document: Document) -> str:
    """Return the address after saving: the page that a button names, or the same one."""
    number = request.POST.get("next") or request.GET.get("page", "1")
    address = reverse("admin:library_document_concordance", args=[document.pk])
    return f"{address}?page={number}" if number.isdecimal() and number.isascii() else address


def shown_rows(
    stored: tuple[Mapping[str, Joined], Mapping[str, Joined]],
    former: Sequence[EditionText],
    later: Sequence[EditionText],
    sent: Mapping[str, SentRow],
    problems: Mapping[str, str],
) -> tuple[list[ShownRow], dict[str, Any]]:
    """Return the rows of the form, former statements before new ones, and what is not joined yet.

    `stored` is the result of stored_rows(), `former` and `later` are the statements of both
    editions. The second result has the statements of each edition that the concordance lacks.
    """
    by_former, new = stored
    continued = {code for joined in by_former.values() for code in joined.others}
    named = continued | set(new)
    proposals = propose(
        [text for text in former if text.code not in by_former],
        [text for text in later if text.code not in named],
    )
    by_code = {text.code: text for text in later}
    rows = [
        shown_row(text, by_former.get(text.code), proposals.get(text.code, []), by_code, sent)
        for text in former
    ]
    proposed = {code for targets in proposals.values() for code in targets}
    rows += [
        shown_row(text, new.get(text.code), None, by_code, sent)
        for text in later
        if text.code not in continued | proposed
    ]
    missing = [row for row in rows if row.is_former and not row.is_stored]
    if problems:
        rows = rows_with_problems([*former, *later], rows, sent, problems)
    return rows, {
        "missing": missing,
        "missing_later": [text for text in later if text.code not in named],
        "total": len(former),
    }


def rows_with_problems(
    texts: Iterable[EditionText],
    rows: Iterable[ShownRow],
    sent: Mapping[str, SentRow],
    problems: Mapping[str, str],
) -> list[ShownRow]:
    """Return the rows that were not stored, with what was typed and why, and no others.

    A statement that is gone, or that another row has taken, stands there too.
    """
    by_code = {row.text.code: row for row in rows}
    by_text = {text.code: text for text in texts}
    empty = dict.fromkeys(language_codes(), "")
    return [
        by_code[code]._replace(problem=problem)
        if code in by_code
        else ShownRow(
            by_text.get(code, EditionText(code, "", empty)),
            sent[code].joined,
            EMPTY.version,
            [],
            problem,
            bool(sent[code].joined.others),
            False,
        )
        for code, problem in problems.items()
    ]


def shown_row(
    text: EditionText,
    stored: Joined | None,
    proposal: Sequence[str] | None,
    later: Mapping[str, EditionText],
    sent: Mapping[str, SentRow],
) -> ShownRow:
    """Return a row of the form; `proposal` is None for a statement of the later edition."""
    if row := sent.get(text.code):
        joined = row.joined
    elif stored:
        joined = stored
    else:
        targets = tuple(proposal or ())
        is_equal = len(targets) == 1 and later[targets[0]].texts == text.texts
        joined = Joined(targets, proposed_reasons(is_equal))
    return ShownRow(
        text,
        joined,
        (stored or EMPTY).version,
        [later[code] for code in joined.others if code in later],
        "",
        proposal is not None,
        stored is not None,
    )


def used_reasons(document: Document) -> dict[str, list[str]]:
    """Return the reasons that the concordance has already, each once, by language."""
    rows = document.correspondences.order_by("pk")
    return {
        code: list(dict.fromkeys(filter(None, rows.values_list(f"reason_{code}", flat=True))))
        for code in language_codes()
    }
