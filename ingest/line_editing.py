"""What people do with the lines of an incoming document: edit, divide, join, confirm."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from ingest.models import BoilerplateReason, IncomingDocument, IncomingLine
from ingest.readers.results import LineKind


class SentLine(NamedTuple):
    """A line as a form sends it; `version` is that of the line which the person has seen.

    A line break in `text` divides the line there.
    """

    pk: int
    version: int
    text: str
    kind: str
    reason: str
    is_confirmed: bool


def save_lines(document: IncomingDocument, sent: Sequence[SentLine]) -> list[SentLine]:
    """Store what people have changed of some lines; return those that another person changed.

    Of these nothing is stored. A line whose text was edited counts as confirmed.
    """
    with transaction.atomic():
        if not lock(document):  # it was closed or discarded meanwhile
            return list(sent)
        pks = [line.pk for line in sent]
        rows = {row.pk: row for row in document.lines.filter(pk__in=pks)}
        conflicts = []
        for line in sent:
            row = rows.get(line.pk)
            if row is None or (is_changed(row, line) and row.version != line.version):
                conflicts.append(line)
            elif is_changed(row, line):
                write(row, line)
        return conflicts


def lock(document: IncomingDocument) -> bool:
    """Let nobody else change the lines until the transaction ends; return whether they exist."""
    rows = IncomingDocument.objects.select_for_update().filter(pk=document.pk)
    return rows.values_list("pk", flat=True).first() is not None


def is_changed(row: IncomingLine, line: SentLine) -> bool:
    """Whether a form sends another line than is stored."""
    stored = (row.text, row.kind, row.reason, row.is_confirmed)
    return stored != (line.text, line.kind, line.reason, line.is_confirmed)


def write(row: IncomingLine, line: SentLine) -> None:
    """Store a changed line; the parts after a line break become lines of their own."""
    first, *others = line.text.split("\n")
    is_edited = line.text != row.text
    row.text, row.kind, row.reason = first, line.kind, line.reason
    row.is_agreed = row.is_agreed and not is_edited
    row.is_confirmed = line.is_confirmed or is_edited
    row.version += 1
    row.save()
    if not others:
        return
    following = row.document.lines.filter(position__gt=row.position)
    following.update(position=F("position") + len(others))
    IncomingLine.objects.bulk_create(
        IncomingLine(
            document=row.document,
            position=row.position + number,
            text=text,
            reader=row.reader,
            kind=line.kind,
            reason=line.reason,
            page=row.page,
            is_confirmed=True,
            version=1,
        )
        for number, text in enumerate(others, 1)
    )


def join_with_next(document: IncomingDocument, pk: int) -> bool:
    """Join a line with the one after it, with a space; return whether there was one.

    The joined line has to be confirmed.
    """
    with transaction.atomic():
        row = document.lines.filter(pk=pk).first() if lock(document) else None
        following = row and document.lines.filter(position__gt=row.position).first()
        if row is None or following is None:
            return False
        row.text = f"{row.text.rstrip()} {following.text.lstrip()}".strip()
        row.repairs = [*row.repairs, *following.repairs]
        row.is_agreed = row.is_confirmed = False
        row.version += 1
        row.save()
        position = following.position
        following.delete()
        document.lines.filter(position__gt=position).update(position=F("position") - 1)
    return True


def problem_of(line: IncomingLine) -> str:
    """Return what keeps a line from being closed: "unsettled", "reason" or "" for nothing."""
    if not line.is_settled:
        return "unsettled"
    if line.kind == LineKind.BOILERPLATE and line.reason not in BoilerplateReason.values:
        return "reason"
    return ""
