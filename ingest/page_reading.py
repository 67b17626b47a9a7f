"""Reads the pages of PDF files one at a time, outside requests; what is read survives a restart."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from ingest.line_editing import lock
from ingest.models import IncomingLine, IncomingPage
from ingest.readers.cleaning import clean
from ingest.readers.kinds import propose_kinds
from ingest.readers.process import read_page
from ingest.readers.results import LineKind, Reader, ReadError, ReadLine
from ingest.readers.witnesses import compare_page
from ingest.taking_in import new_lines

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # after which another process takes up a page; reading takes less
MAX_ATTEMPTS = 2


def read_next_page() -> bool:
    """Read the page that waits the longest; return whether there was one to read.

    False also where another process is reading a page: one at a time is enough for a server.
    """
    page = claim_page()
    if page is None:
        return False
    try:
        picture = read_page(bytes(page.document.file), page.number)
    except ReadError as error:
        logger.warning("A page of an incoming document cannot be read: %s", error.fault)
        if page.attempts >= MAX_ATTEMPTS:
            waiting = IncomingPage.objects.filter(pk=page.pk)
            waiting.update(state=IncomingPage.State.FAILED, claimed_at=None)
        else:
            IncomingPage.objects.filter(pk=page.pk).update(claimed_at=None)
        return True
    with transaction.atomic():
        # The person may have discarded the document meanwhile.
        stored = IncomingPage.objects.filter(pk=page.pk)
        if lock(page.document) and stored.update(
            picture=picture.png,
            recognised=picture.text,
            state=IncomingPage.State.READ,
            claimed_at=None,
        ):
            compare_lines(page, picture.text)
    return True


def claim_page() -> IncomingPage | None:
    """Return the page to be read, marked as claimed; None where there is none, or one is read."""
    waiting = IncomingPage.objects.filter(state=IncomingPage.State.WAITING)
    if not waiting.exists():  # most often; on SQLite, the transaction is that of a writer
        return None
    with transaction.atomic():
        page = waiting.select_for_update().order_by("pk").first()
        if page is None or (page.claimed_at and page.claimed_at > timezone.now() - LEASE):
            return None
        page.claimed_at = timezone.now()
        page.attempts += 1
        page.save(update_fields=["claimed_at", "attempts"])
    return page


def compare_lines(page: IncomingPage, recognised: str | None) -> None:
    """Mark the lines of a page that the second witness says alike; add those of a bare picture.

    Lines that a person has touched stay as they are.
    """
    if page.is_scanned:
        lines = compare_page([], page.number, recognised, is_scanned=True)
        insert_lines(page, propose_kinds([clean(line) for line in lines]))
        return
    lines_of_page = page.document.lines.filter(page=page.number)
    untouched = list(lines_of_page.filter(version=0, is_confirmed=False))
    read = [read_line(line) for line in untouched]
    compared = compare_page(read, page.number, recognised)
    for line, result in zip(untouched, compared, strict=True):
        line.is_agreed = result.is_agreed
    IncomingLine.objects.bulk_update(untouched, ["is_agreed"], batch_size=500)


def read_line(line: IncomingLine) -> ReadLine:
    """Return a stored line that nobody has touched as its reader returned it."""
    return ReadLine(
        line.text,
        Reader(line.reader),
        LineKind(line.kind),
        line.page,
        has_sure_ends=line.has_sure_ends,
    )


def insert_lines(page: IncomingPage, lines: list[ReadLine]) -> None:
    """Insert the recognised lines of a page that has no text of its own, after the page before."""
    document = page.document
    before = document.lines.filter(page__lt=page.number)
    last = before.aggregate(last=Max("position"))["last"] or 0
    document.lines.filter(position__gt=last).update(position=F("position") + len(lines))
    IncomingLine.objects.bulk_create(new_lines(document, last + 1, lines))
