"""The concordance of a document with the edition that it replaces: rows, proposals, saving."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from textwrap import shorten
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from history.content_version import cached_by_version
from history.recording import recording
from languages.languages import (
    language_codes,
    languages_from,
    source_language,
    text_in_language,
)
from library import codes
from library.models import Correspondence, Document, Statement
from library.passages import passage_models
from search.analysis import stem, words

# Shares of equal words, by hand from the goals of 2023 and an edition made up for the tests.
MIN_SHARED = 0.4  # of all words of two statements, for a statement that was reworded
MIN_CONTAINED = 0.6  # of the words of the shorter one, for one that was split or merged
MIN_WORDS = 3  # that two statements have in common, at least
MAX_FREQUENCY = 200  # a word of more statements says nothing about two of them


class EditionText(NamedTuple):
    """A statement of an edition, published or not: its code and its texts by language.

    `container` is the code and title of its page.
    """

    code: str
    container: str
    texts: dict[str, str]

    @property
    def anchor(self) -> str:
        """The code as it stands in addresses and in names of form fields."""
        return codes.to_slug(self.code)

    @property
    def ordered(self) -> list[tuple[str, str]]:
        """Its texts with their languages, that of the reader first."""
        return [(code, self.texts[code]) for code in languages_from()]

    @property
    def excerpt(self) -> str:
        """Its beginning, in the reader's language if there is a text in it."""
        return shorten(
            next((text for _code, text in self.ordered if text), ""), 80, placeholder="…"
        )


class Joined(NamedTuple):
    """What a person has written, or is proposed, about one statement of an edition.

    `others` are the codes of the other edition, `reasons` texts by language, of the first row where
    there are several; `further` has the reasons of the others.
    """

    others: tuple[str, ...]
    reasons: dict[str, str]
    further: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """A digest, which differs where anything of it does but for spaces."""
        parts = [
            *sorted(self.others),
            *(" ".join(self.reasons.get(code, "").split()) for code in language_codes()),
            *self.further,
        ]
        return sha256("\n\n".join(parts).encode()).hexdigest()[:16]

    def has_same(self, other: "Joined") -> bool:
        """Whether another has the same codes and the same first reasons, but for spaces."""
        return self._replace(further=()).version == other._replace(further=()).version

    @property
    def is_empty(self) -> bool:
        """Whether it has neither code nor reason."""
        return not self.others and not any(self.reasons.values())


EMPTY = Joined((), {})


class SentRow(NamedTuple):
    """A row that a form sends; `code` is that of the former statement, or of a new one.

    `stored` and `shown` are the versions of what was stored, and of what stood in the fields, when
    the form was shown. `is_ticked` says that a person accepts what stood there.
    """

    code: str
    joined: Joined
    stored: str
    shown: str
    is_ticked: bool

    @property
    def is_changed(self) -> bool:
        """Whether a person wrote something, or accepted the proposal."""
        return self.is_ticked or self.joined.version != self.shown


def edition_texts(document: Document | None) -> list[EditionText]:
    """Return the statements that cite a line of a document, drafts too, in the order of lines."""
    if document is None:
        return []
    statements = [
        statement
        for model in passage_models()
        if issubclass(model, Statement)
        for statement in model._default_manager.filter(line__document=document).select_related(
            "line", model.container_field
        )
    ]
    statements.sort(key=lambda each: (each.line and each.line.number, codes.sort_key(each.code)))
    return [
        EditionText(
            statement.code,
            str(statement.container),
            {code: text_in_language(statement, "text", code) for code in language_codes()},
        )
        for statement in statements
    ]


def stored_rows(document: Document) -> tuple[dict[str, Joined], dict[str, Joined]]:
    """Return what is stored by former code, and by the code of each new statement."""
    by_former: dict[str, Joined] = {}
    new: dict[str, Joined] = {}
    for row in Correspondence.objects.filter(document=document).order_by("pk"):
        reasons = {code: text_in_language(row, "reason", code) for code in language_codes()}
        if not row.former:
            new[row.later] = Joined((), reasons)
            continue
        later = (row.later,) if row.later else ()
        if first := by_former.get(row.former):
            others = tuple(reasons.values()) if reasons != first.reasons else ()
            joined = Joined(first.others + later, first.reasons, first.further + others)
        else:
            joined = Joined(later, reasons)
        by_former[row.former] = joined
    return by_former, new


@cached_by_version
def count_missing(pk: int) -> int:
    """Return how many statements of the former edition a concordance does not have yet.

    `pk` is that of the document of the later edition.
    """
    document = Document.objects.get(pk=pk)
    joined = Correspondence.objects.filter(document=document).exclude(former="")
    return sum(
        model._base_manager.filter(line__document=document.replaces_id)
        .exclude(code__in=joined.values("former"))
        .count()
        for model in passage_models()
        if issubclass(model, Statement)
    )


def propose(former: Sequence[EditionText], later: Sequence[EditionText]) -> dict[str, list[str]]:
    """Return the codes of later statements that each former one probably became, by its code.

    Equal texts come first, then the pairs with the greatest share of equal words; what is left
    over joins a statement that has most of its words, as one that was split or merged does.
    """
    language = source_language()
    bags = {text.code: stems(text.texts[language]) for text in (*former, *later)}
    proposed: dict[str, list[str]] = {}
    taken: set[str] = set()
    by_text: defaultdict[str, list[str]] = defaultdict(list)
    for text in later:
        by_text[text.texts[language]].append(text.code)
    for text in former:
        equal = [code for code in by_text[text.texts[language]] if code not in taken]
        if equal:
            proposed[text.code] = equal[:1]
            taken.add(equal[0])
    shared = shared_words(former, later, bags)
    ranked = sorted(
        (-number / len(bags[one] | bags[other]), one, other)
        for (one, other), number in shared.items()
    )
    for share, one, other in ranked:
        if -share >= MIN_SHARED and one not in proposed and other not in taken:
            proposed[one] = [other]
            taken.add(other)
    for _share, one, other in ranked:
        if (one in proposed and other in taken) or contained(bags, one, other) < MIN_CONTAINED:
            continue
        proposed.setdefault(one, []).append(other)
        taken.add(other)
    return proposed


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of a text."""
    return frozenset(stem(word.normal) for word in words(text))


def shared_words(
    former: Iterable[EditionText],
    later: Iterable[EditionText],
    bags: Mapping[str, frozenset[str]],
) -> Counter[tuple[str, str]]:
    """Return how many words each pair of statements has in common, of pairs with MIN_WORDS."""
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for text in later:
        for word in bags[text.code]:
            by_word[word].append(text.code)
    shared: Counter[tuple[str, str]] = Counter()
    for text in former:
        for word in bags[text.code]:
            if len(by_word[word]) <= MAX_FREQUENCY:
                shared.update((text.code, other) for other in by_word[word])
    return Counter({pair: number for pair, number in shared.items() if number >= MIN_WORDS})


def contained(bags: Mapping[str, frozenset[str]], one: str, other: str) -> float:
    """Return the share of the words of the shorter of two statements that the other has."""
    return len(bags[one] & bags[other]) / max(1, min(len(bags[one]), len(bags[other])))


def proposed_reasons(is_equal: bool) -> dict[str, str]:
    """Return the reason of a statement whose text is the same, by language; none for another."""
    reasons = {}
    for code in language_codes():
        with translation.override(code):
            reasons[code] = _("The wording is the same.") if is_equal else ""
    return reasons


def save_rows(
    document: Document,
    former: Collection[str],
    later: Collection[str],
    sent: Iterable[SentRow],
) -> dict[str, str]:
    """Store the rows that people have changed or accepted, each by itself, as one revision.

    `former` and `later` are the codes of the statements of both editions. Returns a sentence about
    each row that was not stored, by its code. A row without anything is taken away.
    """
    problems: dict[str, str] = {}
    with transaction.atomic(), recording():
        list(Document.objects.select_for_update().filter(pk=document.pk))
        by_former, new = stored_rows(document)
        for row in sent:
            is_former = row.code in former
            stored = (by_former if is_former else new).get(row.code)
            if not row.is_changed or (stored and stored.has_same(row.joined)):
                continue
            try:
                if not is_former and row.code not in later:
                    raise ValidationError(_("This statement is not there any more."))
                if (stored or EMPTY).version != row.stored:
                    raise ValidationError(changed_by_another(stored))
                if not row.joined.is_empty:
                    check_row(row.joined, later, is_former=is_former)
                if not is_former and (former_codes := codes_that_became(by_former, row.code)):
                    text = _("It is no new statement: %(codes)s became it.")
                    raise ValidationError(text % {"codes": _(", ").join(former_codes)})
                write(document, row, stored, is_former=is_former)
                if is_former:
                    by_former[row.code] = row.joined
            except ValidationError as error:
                problems[row.code] = " ".join(error.messages)
    return problems


def changed_by_another(stored: Joined | None) -> str:
    """Return the sentence about a row that somebody else has changed, with what stands there."""
    text = _("Somebody else has changed this row: %(codes)s. Save again to replace it.")
    return text % {"codes": _(", ").join(stored.others if stored else ()) or "–"}


def check_row(joined: Joined, later: Collection[str], *, is_former: bool) -> None:
    """Raise ValidationError where a row names what is no later statement, or lacks a reason."""
    unknown = [code for code in joined.others if code not in later]
    if unknown:
        text = _("This edition has no statement with the code %(codes)s.")
        raise ValidationError(text % {"codes": _(", ").join(unknown)})
    if joined.others and not is_former:
        raise ValidationError(_("A new statement continues none."))
    if not all(joined.reasons.get(code) for code in language_codes()):
        raise ValidationError(_("Please give the reason in each language."))


def codes_that_became(by_former: Mapping[str, Joined], code: str) -> list[str]:
    """Return the codes of the former statements that became one of the later edition."""
    return [former for former, joined in by_former.items() if code in joined.others]


def write(document: Document, row: SentRow, before: Joined | None, *, is_former: bool) -> None:
    """Replace what is stored about one statement; `before` is what the form showed of it.

    Rows keep a reason of their own where a person has changed the codes alone. A statement that
    continues another is not new any more.
    """
    own: dict[str, Any] = {"former": row.code} if is_former else {"former": "", "later": row.code}
    stored = {each.later: each for each in Correspondence.objects.filter(document=document, **own)}
    wanted: tuple[str, ...] = ()
    if not row.joined.is_empty:
        wanted = row.joined.others or (("",) if is_former else (row.code,))
    for later, record in stored.items():
        if later not in wanted:
            record.delete()
    keeps_reasons = before is not None and before.has_same(
        row.joined._replace(others=before.others)
    )
    for later in wanted:
        if later in stored and keeps_reasons:
            continue
        record = stored.get(later) or Correspondence(
            document=document, former=own["former"], later=later
        )
        for code, reason in row.joined.reasons.items():
            setattr(record, f"reason_{code}", reason)
        record.save()
    if is_former:
        new = Correspondence.objects.filter(document=document, former="", later__in=wanted)
        for record in new:
            record.delete()
