"""What a glossary file would change, and the change itself: all at once or not at all."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from history.recording import recording
from languages import text_validation
from languages.fields import translated_fields
from languages.languages import codes
from languages.text_diff import differences
from languages.text_validation import MAX_LENGTH
from library.glossary.termbase.records import TermRecord, all_terms, columns, digest_of, values_of
from library.models import Line, Term
from translations.exchange.importing import ImportPlan, indexing
from translations.exchange.text_checks import is_in_other_language
from translations.exchange.validation import CHANGED, NEW, REFUSED, UNCHANGED

IMPORTED = gettext_noop("The glossary was imported from a file.")
NEEDED = ("term", "definition")


@dataclass
class TermChange:
    """A term of a file, what the portal has (`before`, {} where it is new) and what is to be."""

    row: TermRecord
    kind: str
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    reason: str = ""

    @property
    def changes(self):
        """Return the Pieces of each column that changes, by its name."""
        return {
            name: differences(self.before.get(name, ""), text[:MAX_LENGTH])
            for name, text in self.after.items()
            if self.before.get(name, "") != text
        }

    @property
    def words(self):
        return sum(len(self.after[name].split()) for name in self.changes)


def plan(rows):
    """Return the ImportPlan of some Rows, compared with what is stored now."""
    stored = {term.slug: term for term in all_terms()}
    lines = {}
    for row in rows:
        lines.setdefault(row.values.get("document", ""), set()).add(row.values.get("line", ""))
    known = lines_of(lines)
    return ImportPlan([step(row, stored.get(row.slug), known) for row in rows])


def lines_of(wanted):
    """Return the lines of documents that a file names, by document and number."""
    numbers = {int(n) for ns in wanted.values() for n in ns if re.fullmatch("[0-9]{1,9}", n)}
    found = Line.objects.filter(document__slug__in=wanted, number__in=numbers)
    found = found.select_related("document")
    return {(line.document.slug, str(line.number)): line for line in found}


def step(row, term, lines):
    before = values_of(term) if term else {}
    after = before | row.values
    try:
        check_row(row, term, before)
        if before == after:
            return TermChange(row, UNCHANGED, before, after)
        check_texts(before, after)
        checked(after, term, lines)
    except ValidationError as error:
        return TermChange(row, REFUSED, before, after, in_words(error))
    return TermChange(row, CHANGED if term else NEW, before, after)


def in_words(error):
    """Return what is wrong in one line, each sentence after the column that it is about."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        message if column == NON_FIELD_ERRORS else f"{column}: {message}"
        for column, messages in error.message_dict.items()
        for message in messages
    )


def check_row(row, term, before):
    """Raise ValidationError where a row says nothing about a term as it is now."""
    if row.fault:
        raise ValidationError(row.fault)
    if term is None and row.digest:
        raise ValidationError(_("The portal does not have this term any more."))
    if term is not None and not row.digest:
        raise ValidationError(_("The digest of the term is missing; please export it again."))
    if term is not None and row.digest != digest_of(before):
        raise ValidationError(_("The term has been changed since the file was made."))


def check_texts(before, after):
    for column, text in after.items():
        try:
            text_validation.check(text)
        except ValidationError as error:
            raise ValidationError({column: error.messages}) from error
    for name in NEEDED:
        for code in codes():
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


def checked(values, term, lines):
    """Return the record that some values make, having checked it as its form does."""
    record = term or Term()
    place = (values.get("document", ""), values.get("line", ""))
    if any(place) and place not in lines:
        raise ValidationError(
            _("There is no line %(line)s in the document “%(document)s”.")
            % {"document": place[0][:60], "line": place[1][:20]}
        )
    for name in set(columns()) - {"document", "line"}:
        setattr(record, name, values.get(name, ""))
    record.line = lines.get(place)
    record.clean_fields(exclude=[*translated_fields(Term), "line"])
    record.validate_unique()
    record.validate_constraints()
    return record


def apply(plan, person=None, *, take_others=False):
    """Write what a plan says, as one revision of a person, and return how many terms it wrote.

    Where something is refused nothing is written, unless `take_others` is true. Raises
    ValidationError, having written nothing, where that is so or where a term has changed since.
    """
    plan.check(take_others, _("Nothing was written, since some terms are refused."))
    with recording(person, IMPORTED), indexing(len(plan.written)):
        slugs = [step.row.slug for step in plan.written]
        # The terms alone are locked: PostgreSQL locks no optional relation.
        list(Term.objects.filter(slug__in=slugs).select_for_update())
        stored = {term.slug: term for term in all_terms().filter(slug__in=slugs)}
        for planned in plan.written:
            term = stored.get(planned.row.slug)
            if (values_of(term) if term else {}) != planned.before:
                raise ValidationError(
                    _("%(term)s has been changed meanwhile. Nothing was written.")
                    % {"term": planned.row.slug},
                    code="moved",
                )
            write(planned, term)
    return len(plan.written)


def write(planned, term):
    """Store the columns that change, and leave the others as they are, to the letter."""
    after = planned.after
    record = checked(after, term, lines_of({after.get("document", ""): {after.get("line", "")}}))
    if term is None:
        record.save()
        return
    names = {"line" if name in ("document", "line") else name for name in planned.changes}
    record.save(update_fields=sorted(names))
