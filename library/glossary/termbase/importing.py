"""Import of a termbase file: first a plan of the changes, then all of them or none."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from history.actors import Visitor
from history.recording import recording
from languages import text_validation
from languages.fields import translated_fields
from languages.languages import language_codes
from languages.text_diff import DiffPart, word_diff
from languages.text_validation import MAX_LENGTH
from library.glossary.termbase.records import (
    TermRecord,
    all_terms,
    column_names,
    term_values,
    values_digest,
)
from library.models import Line, Term
from translations.exchange.importing import ImportPlan, bulk_indexing
from translations.exchange.text_checks import is_in_other_language
from translations.exchange.validation import CHANGED, NEW, REFUSED, UNCHANGED

REVISION_COMMENT = gettext_noop("The glossary was imported from a file.")
REQUIRED_FIELDS = ("term", "definition")

# Lines by the slug of their document and their number as text.
type LinesByPlace = Mapping[tuple[str, str], Line]


@dataclass
class TermChange:
    """The change of one term that a file asks for.

    `before` and `after` have the texts of the term by column, as stored and as they are to be;
    `before` is {} for a new term. `kind` is NEW, CHANGED, UNCHANGED or REFUSED, `reason` why it is
    refused.
    """

    term_record: TermRecord
    kind: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def changes(self) -> dict[str, list[DiffPart]]:
        """The text diff of each column that changes."""
        return {
            name: word_diff(self.before.get(name, ""), text[:MAX_LENGTH])
            for name, text in self.after.items()
            if self.before.get(name, "") != text
        }

    @property
    def words(self) -> int:
        """How many words the changed columns have after the change."""
        return sum(len(self.after[name].split()) for name in self.changes)


def plan(term_records: Sequence[TermRecord]) -> ImportPlan[TermChange]:
    """Return the ImportPlan of TermRecords, with a TermChange for each, compared with the database.

    Nothing is written.
    """
    terms = {term.slug: term for term in all_terms()}
    numbers_by_document: dict[str, set[str]] = {}
    for term_record in term_records:
        numbers = numbers_by_document.setdefault(term_record.values.get("document", ""), set())
        numbers.add(term_record.values.get("line", ""))
    lines = find_lines(numbers_by_document)
    return ImportPlan(
        [
            plan_change(term_record, terms.get(term_record.slug), lines)
            for term_record in term_records
        ]
    )


def find_lines(numbers_by_document: Mapping[str, Set[str]]) -> LinesByPlace:
    """Return the lines that a file names.

    The documents are named by their slugs. Lines that do not exist are left out.
    """
    numbers = {
        int(number)
        for document_numbers in numbers_by_document.values()
        for number in document_numbers
        if re.fullmatch("[0-9]{1,9}", number)
    }
    lines = Line.objects.filter(document__slug__in=numbers_by_document, number__in=numbers)
    lines = lines.select_related("document")
    return {(line.document.slug, str(line.number)): line for line in lines}


def plan_change(term_record: TermRecord, term: Term | None, lines: LinesByPlace) -> TermChange:
    """Return the change that a record asks for; `term` is the stored one, None for a new term.

    `lines` are those of find_lines().
    """
    before = term_values(term) if term else {}
    after = before | term_record.values
    try:
        check_term_record(term_record, term, before)
        if before == after:
            return TermChange(term_record, UNCHANGED, before, after)
        check_texts(before, after)
        build_term(after, term, lines)
    except ValidationError as error:
        return TermChange(term_record, REFUSED, before, after, error_text(error))
    return TermChange(term_record, CHANGED if term else NEW, before, after)


def error_text(error: ValidationError) -> str:
    """Return a ValidationError on one line, each message after the column that it is about."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        message if column == NON_FIELD_ERRORS else f"{column}: {message}"
        for column, messages in error.message_dict.items()
        for message in messages
    )


def check_term_record(
    term_record: TermRecord, term: Term | None, before: Mapping[str, str]
) -> None:
    """Raise ValidationError where a record has a fault or was not exported from the term as it is.

    The digest tells: it has to be that of `before`, and a new term may not have one.
    """
    if term_record.fault:
        raise ValidationError(term_record.fault)
    if term is None and term_record.digest:
        raise ValidationError(_("The portal does not have this term any more."))
    if term is not None and not term_record.digest:
        raise ValidationError(_("The digest of the term is missing; please export it again."))
    if term is not None and term_record.digest != values_digest(before):
        raise ValidationError(_("The term has been changed since the file was made."))


def check_texts(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raise ValidationError where a text is not allowed, missing or in the wrong language.

    The last two are checked only in the columns of REQUIRED_FIELDS that change.
    """
    for column, text in after.items():
        try:
            text_validation.validate_text(text)
        except ValidationError as error:
            raise ValidationError({column: error.messages}) from error
    for name in REQUIRED_FIELDS:
        for code in language_codes():
            column = f"{name}_{code}"
            text = after.get(column, "")
            if text == before.get(column):
                continue
            if not text:
                raise ValidationError(_("There is no text in “%(column)s”.") % {"column": column})
            if is_in_other_language(text, code):
                raise ValidationError(
                    _("The text in “%(column)s” is in another language.") % {"column": column}
                )


def build_term(values: Mapping[str, str], term: Term | None, lines: LinesByPlace) -> Term:
    """Return a term with the values of all columns, validated as by its form, not saved.

    `term` is changed where it is given; None makes a new one. Raises ValidationError where the
    line does not exist or a field, uniqueness or a constraint is violated.
    """
    term = term or Term()
    place = (values.get("document", ""), values.get("line", ""))
    if any(place) and place not in lines:
        raise ValidationError(
            _("There is no line %(line)s in the document “%(document)s”.")
            % {"document": place[0][:60], "line": place[1][:20]}
        )
    for name in set(column_names()) - {"document", "line"}:
        setattr(term, name, values.get(name, ""))
    term.line = lines.get(place)
    term.clean_fields(exclude=[*translated_fields(Term), "line"])
    term.validate_unique()
    term.validate_constraints()
    return term


def apply(
    plan: ImportPlan[TermChange],
    person: Visitor | None = None,
    *,
    take_others: bool = False,
) -> int:
    """Write the changes of a plan as one revision of a person; return the number of terms written.

    Raises ValidationError, having written nothing, where a change is refused, unless
    `take_others` is true, and with the code "moved" where a term was changed after the plan.
    """
    plan.check_refused(take_others, _("Nothing was written, since some terms are refused."))
    with recording(person, REVISION_COMMENT), bulk_indexing(len(plan.to_write)):
        slugs = [change.term_record.slug for change in plan.to_write]
        # The terms alone are locked: PostgreSQL locks no optional relation.
        list(Term.objects.filter(slug__in=slugs).select_for_update())
        terms = {term.slug: term for term in all_terms().filter(slug__in=slugs)}
        for change in plan.to_write:
            term = terms.get(change.term_record.slug)
            if (term_values(term) if term else {}) != change.before:
                raise ValidationError(
                    _("%(term)s has been changed meanwhile. Nothing was written.")
                    % {"term": change.term_record.slug},
                    code="moved",
                )
            save_change(change, term)
    return len(plan.to_write)


def save_change(change: TermChange, term: Term | None) -> None:
    """Save a TermChange: a new term, or the changed columns of a stored one and no others."""
    after = change.after
    lines = find_lines({after.get("document", ""): {after.get("line", "")}})
    record = build_term(after, term, lines)
    if term is None:
        record.save()
        return
    names = {"line" if name in ("document", "line") else name for name in change.changes}
    record.save(update_fields=sorted(names))
