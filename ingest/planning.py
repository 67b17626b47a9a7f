"""The plan of a document's lines: what each becomes, and on which page; nothing is made here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from ingest.models import BoilerplateReason, LineUse, PlannedLine
from ingest.pairing import pair_lines
from ingest.readers.kinds import is_date, line_kinds
from ingest.readers.markers import begins_item
from ingest.readers.results import LineKind
from languages.languages import other_languages, source_language, text_in_language
from library.models import Document, Line
from library.passages import cited_lines

NEW_ARTICLE = "library.article"


class SentPlan(NamedTuple):
    """The planned line that a form sends; `version` is that of the row which the person has seen.

    `values` has the values of the fields of PlannedLine that the form has.
    """

    pk: int
    version: int
    values: dict[str, Any]


class Paired(NamedTuple):
    """How many lines of a plan got a text in the other language, and which texts found no line."""

    lines: int
    left: list[str]


def content_lines(document: Document) -> list[Line]:
    """Return the lines of a document that have content, and no reason why they have none."""
    lines = document.lines.order_by("number")
    language = source_language()
    return [
        line
        for line in lines
        if not line.is_blank and not text_in_language(line, "boilerplate", language)
    ]


def plan_of(document: Document) -> list[PlannedLine]:
    """Return the plan of a document's lines of content; lines without a plan get a proposal.

    Lines that something cites already are left out.
    """
    cited = cited_lines(line__document=document)
    lines = [line for line in content_lines(document) if line.pk not in cited]
    with transaction.atomic():
        planned = set(PlannedLine.objects.filter(line__in=lines).values_list("line", flat=True))
        if len(planned) < len(lines):
            proposed = propose(lines)
            PlannedLine.objects.bulk_create(
                [row for row in proposed if row.line_id not in planned], ignore_conflicts=True
            )
    rows = PlannedLine.objects.filter(line__in=lines).order_by("line__number", "pk")
    return list(rows.select_related("line__document"))


def add_use(row: PlannedLine) -> PlannedLine:
    """Plan one more statement of a line, on the same page with the same translation; return it."""
    return PlannedLine.objects.create(
        line=row.line,
        translation=row.translation,
        is_translation_confirmed=row.is_translation_confirmed,
    )


def remove_use(row: PlannedLine) -> bool:
    """Delete a planned use of a line, unless it is the first one; return whether it is gone."""
    is_first = not PlannedLine.objects.filter(line=row.line, pk__lt=row.pk).exists()
    if not is_first:
        row.delete()
    return not is_first


def propose(lines: Sequence[Line]) -> list[PlannedLine]:
    """Return unsaved plans of lines: one new article, whose title is the first line."""
    rows = []
    kinds = line_kinds([line.text.strip() for line in lines])
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        row = PlannedLine(line=line)
        if index == 0:
            row.place = NEW_ARTICLE
        elif kind == LineKind.HEADING:
            row.use = LineUse.HEADING
        elif kind == LineKind.BOILERPLATE:
            row.use, row.reason = LineUse.NOTHING, BoilerplateReason.UNUSED
        elif begins_item(line.text):
            row.use = LineUse.NESTED
        elif is_date(line.text.strip()):
            row.use = LineUse.DATE
        rows.append(row)
    return rows


def save_plan(document: Document, sent: Iterable[SentPlan]) -> list[SentPlan]:
    """Store what people have changed of some planned lines; return those that another changed.

    Of these nothing is stored.
    """
    conflicts = []
    with transaction.atomic():
        sent = list(sent)
        rows = PlannedLine.objects.select_for_update().filter(line__document=document)
        by_pk = {row.pk: row for row in rows.filter(pk__in=[line.pk for line in sent])}
        for line in sent:
            row = by_pk.get(line.pk)
            changed = row and [
                name for name, value in line.values.items() if getattr(row, name) != value
            ]
            if row is None or (changed and row.version != line.version):
                conflicts.append(line)
            elif changed:
                for name in changed:
                    setattr(row, name, line.values[name])
                row.version += 1
                row.save()
    return conflicts


def propose_translation(document: Document, lines: Sequence[str]) -> Paired:
    """Pair lines in the other language, none of them blank, with those of the plan.

    A pair is a proposal, which a person confirms; what was confirmed stays.
    """
    (language,) = other_languages(source_language())
    uses = defaultdict(list)
    for row in plan_of(document):
        uses[row.line].append(row)
    sources, uses_in_order = [line.text for line in uses], list(uses.values())
    pairs = pair_lines(sources, lines, document.language, language)
    paired, left = 0, []
    with transaction.atomic():
        for pair in pairs:
            if not pair.source or not pair.target:
                left += [lines[index] for index in pair.target]
                continue
            waiting = [
                row for row in uses_in_order[pair.source[0]] if not row.is_translation_confirmed
            ]
            for row in waiting:
                row.translation = " ".join(lines[index].strip() for index in pair.target)
                row.version += 1
                row.save(update_fields=["translation", "version"])
            paired += bool(waiting)
    return Paired(paired, left)
