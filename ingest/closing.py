"""Closes the lines of an incoming document: from then on they are a document of the library."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from history.recording import recording
from ingest.line_editing import lock, problem_of
from ingest.models import BoilerplateReason, ClosedDocument, IncomingDocument, IncomingLine
from ingest.readers.results import LineKind
from languages.languages import language_codes
from library.models import Document, Line

BATCH_SIZE = 500


def close(incoming: IncomingDocument, document: Document) -> Document:
    """Store a document with the lines of an incoming one, and remove that and its file.

    `document` is not stored yet and has what is said about it; its number, SHA-256 and end are set
    here, and it is a draft. Raises ValidationError, with nothing changed, where a line is not
    settled.
    """
    with transaction.atomic():
        if not lock(incoming):
            raise ValidationError(_("Somebody has closed or discarded this document meanwhile."))
        lines = list(incoming.lines.order_by("position", "pk"))
        check_lines(lines)
        text = "\n".join(line.text for line in lines) + "\n" * incoming.ends_with_newline
        document.sha256 = sha256(text.encode()).hexdigest()
        document.ends_with_newline = incoming.ends_with_newline
        document.is_published = False
        same = Document.objects.filter(sha256=document.sha256).first()
        if same:
            sentence = _("The document “%(document)s” has these lines already.")
            raise ValidationError(sentence % {"document": same})
        with recording():
            last = Document.objects.aggregate(last=Max("number"))["last"] or 0
            document.number = last + 1
            document.save(force_insert=True)
            Line.objects.bulk_create(
                [closed_line(document, number, line) for number, line in enumerate(lines, 1)],
                batch_size=BATCH_SIZE,
            )
        ClosedDocument.objects.create(
            document=document, file_name=incoming.file_name, sha256=incoming.sha256
        )
        incoming.delete()
    return document


def check_lines(lines: list[IncomingLine]) -> None:
    """Raise ValidationError where a line is not settled, or is boilerplate without a reason."""
    problems = [problem_of(line) for line in lines]
    unsettled, without_reason = problems.count("unsettled"), problems.count("reason")
    sentences = []
    if unsettled:
        text = ngettext(
            "%(count)d line still wants a person’s word.",
            "%(count)d lines still want a person’s word.",
            unsettled,
        )
        sentences.append(text % {"count": unsettled})
    if without_reason:
        text = ngettext(
            "%(count)d line is no content, but has no reason.",
            "%(count)d lines are no content, but have no reason.",
            without_reason,
        )
        sentences.append(text % {"count": without_reason})
    if not lines:
        sentences.append(_("There is no line."))
    if sentences:
        raise ValidationError(sentences)


def closed_line(document: Document, number: int, line: IncomingLine) -> Line:
    """Return the unsaved line of a document."""
    closed = Line(document=document, number=number, text=line.text)
    if line.kind == LineKind.BOILERPLATE:
        for code in language_codes():
            with translation.override(code):
                reason = str(BoilerplateReason(line.reason).label)
            setattr(closed, f"boilerplate_{code}", reason)
    return closed
