"""Reads an uploaded file and stores its lines; discards what nobody has confirmed."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ingest.models import (
    KEPT_DAYS,
    ClosedDocument,
    IncomingDocument,
    IncomingLine,
    IncomingPage,
)
from ingest.readers.docx import Changes
from ingest.readers.process import read_document
from ingest.readers.results import ReadDocument, ReadError, ReadLine
from ingest.reasons import propose_reasons
from library.models import Document

MAX_NAME_LENGTH = 150
BATCH_SIZE = 500


def take_in(data: bytes, file_name: str, changes: Changes, person: Any) -> IncomingDocument:
    """Read a file and store it with its lines; return the IncomingDocument.

    The file is read in a process of its own, before anything is stored. Raises ValidationError,
    with nothing stored, where it was taken in already or cannot be.
    """
    mark = sha256(data).hexdigest()
    check_new(mark)
    try:
        read = read_document(data, changes)
    except ReadError as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic():
        check_new(mark)  # another person may have been quicker
        incoming = IncomingDocument.objects.create(
            file_name=plain_name(file_name),
            file=data,
            sha256=mark,
            changes=changes,
            notices=[[notice.kind, notice.total, list(notice.details)] for notice in read.notices],
            ends_with_newline=read.ends_with_newline,
            uploaded_by=person,
        )
        store_lines(incoming, read)
    return incoming


def store_lines(incoming: IncomingDocument, read: ReadDocument) -> None:
    """Store the lines and the pages that were read."""
    IncomingLine.objects.bulk_create(new_lines(incoming, 1, read.lines), batch_size=BATCH_SIZE)
    IncomingPage.objects.bulk_create(
        IncomingPage(document=incoming, number=number, is_scanned=number in read.scanned_pages)
        for number in range(1, read.pages + 1)
    )


def new_lines(
    incoming: IncomingDocument, first: int, lines: Sequence[ReadLine]
) -> list[IncomingLine]:
    """Return the unsaved rows of lines that were read; `first` is the position of the first."""
    return [
        IncomingLine(
            document=incoming,
            position=position,
            text=line.text,
            reader=line.reader,
            kind=line.kind,
            reason=reason or "",
            page=line.page,
            has_sure_ends=line.has_sure_ends,
            is_agreed=line.is_agreed,
            repairs=[list(repair) for repair in line.repairs],
        )
        for position, (line, reason) in enumerate(
            zip(lines, propose_reasons(lines), strict=True), first
        )
    ]


def check_new(mark: str) -> None:
    """Raise ValidationError where a file with this SHA-256 is here already."""
    incoming = IncomingDocument.objects.filter(sha256=mark).first()
    if incoming:
        text = _("This file is being taken in already, as “%(name)s”.")
        raise ValidationError(text % {"name": incoming.file_name})
    closed = ClosedDocument.objects.filter(sha256=mark).select_related("document").first()
    document = closed.document if closed else Document.objects.filter(sha256=mark).first()
    if document:
        text = _("This file was taken in already: it is the document “%(document)s”.")
        raise ValidationError(text % {"document": document})


def plain_name(file_name: str) -> str:
    """Return the name of a file without folders, at most MAX_NAME_LENGTH characters long."""
    name = file_name.replace("\\", "/").rpartition("/")[2].strip()
    return name[-MAX_NAME_LENGTH:] or _("Pasted text")


def discard_expired() -> int:
    """Discard the files that nobody has confirmed within KEPT_DAYS; return their number."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    expired = IncomingDocument.objects.filter(uploaded_at__lt=before)
    number = expired.count()
    expired.delete()
    return number
