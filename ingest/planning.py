"""The plan of a document's lines: what each becomes, and on which page; nothing is made here."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from ingest.models import BoilerplateReason, LineUse, PlannedLine
from ingest.pairing import pair_lines
from ingest.readers.kinds import is_date, line_kinds
from ingest.readers.markers import begins_item
from ingest.readers.results import LineKind
from languages.languages import other_languages, source_language, text_in_language
from library.models import Container, Document, Line, Statement
from library.passages import passage_models

NEW_ARTICLE = "library.article"


class SentPlan(NamedTuple):
    """The planned line that a form sends; `version` is that of the row which the person has seen.

    `values` has the values of the fields of PlannedLine that the form has.
    """

    pk: int
    version: int
    values: dict[str, Any]


def container_models() -> list[type[Container]]:
    """Return the models of pages with statements, by their label."""
    return [model for model in passage_models() if issubclass(model, Container)]


def statement_model(container: Container) -> type[Statement]:
    """Return the model of the statements of a container."""
    return next(
        model
        for model in passage_models()
        if issubclass(model, Statement)
        and model._meta.get_field(model.container_field).related_model is type(container)
    )


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
    cited = cited_lines(document)
    lines = [line for line in content_lines(document) if line.pk not in cited]
    with transaction.atomic():
        planned = {row.line_id: row for row in PlannedLine.objects.filter(line__in=lines)}
        if len(planned) < len(lines):
            proposed = propose(lines)
            PlannedLine.objects.bulk_create(
                [row for row in proposed if row.line_id not in planned], ignore_conflicts=True
            )
    rows = PlannedLine.objects.filter(line__in=lines).order_by("line__number")
    return list(rows.select_related("line__document"))


def cited_lines(document: Document) -> set[int]:
    """Return the keys of the lines of a document that a title or a statement cites."""
    cited: set[int] = set()
    for model in passage_models():
        cited.update(
            model._base_manager.filter(line__document=document).values_list("line", flat=True)
        )
    return cited


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


def place_choices() -> list[tuple[str, str]]:
    """Return the pages that a line may belong to: value and label, new pages first."""
    choices = [("", _("the same page as the line before"))]
    for model in container_models():
        name = model._meta.verbose_name
        choices.append((model._meta.label_lower, _("new page: %(kind)s") % {"kind": name}))
    for model in container_models():
        choices += [
            (f"{model._meta.label_lower}.{record.pk}", str(record))
            for record in model._default_manager.all()
        ]
    return choices


def container_of(place: str) -> tuple[type[Container], int | None] | None:
    """Return the model and the key that a place names; the key is None for a new page.

    None where it names no model of a container.
    """
    label, _dot, key = place.rpartition(".")
    label, pk = (label, int(key)) if key.isdecimal() else (place, None)
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return (model, pk) if issubclass(model, Container) else None


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


def propose_translation(document: Document, text: str) -> int:
    """Pair the lines of a text in the other language with those of the plan; return how many.

    A pair is a proposal, which a person confirms; what was confirmed stays.
    """
    (language,) = other_languages(source_language())
    rows = plan_of(document)
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = pair_lines([row.line.text for row in rows], lines, document.language, language)
    paired = 0
    with transaction.atomic():
        for pair in pairs:
            if not pair.source or not pair.target:
                continue
            row = rows[pair.source[0]]
            if row.is_translation_confirmed:
                continue
            row.translation = " ".join(lines[index].strip() for index in pair.target)
            row.version += 1
            row.save(update_fields=["translation", "version"])
            paired += 1
    return paired


def next_number(model: type[Model], field: str = "number", **lookups: Any) -> int:
    """Return the number after the highest of some records, 1 where there is none."""
    last = model._base_manager.filter(**lookups).order_by(f"-{field}").first()
    return getattr(last, field) + 1 if last else 1
