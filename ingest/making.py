"""Makes pages and statements of a planned document, as one revision that can be taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from textwrap import shorten
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from history.recording import last_change, recording
from ingest.models import BoilerplateReason, LineUse, MadeStatements, PlannedLine
from ingest.next_codes import may_be_given, next_number, propose_slug
from ingest.places import container_of, statement_model
from ingest.planning import plan_of
from languages.fields import paired_fields, translated_fields
from languages.languages import language_codes, other_languages, source_language
from library import codes
from library.models import (
    Article,
    Container,
    Correction,
    Document,
    EditionContainer,
    Note,
    Statement,
)
from library.models.articles import ParagraphKind
from library.publication import not_yet
from library.transcription import apply_corrections, without_marker

COMMENT = gettext_noop("Made of the lines of a document.")


@dataclass
class Made:
    """What a plan makes: unsaved records in the order in which they can be saved, and problems.

    `by_line` has the title or statement of each planned line, `problems` sentences, both by the
    key of the PlannedLine.
    """

    records: list[models.Model] = field(default_factory=list)
    by_line: dict[int, Container | Statement] = field(default_factory=dict)
    problems: dict[int, list[str]] = field(default_factory=dict)

    def add_problem(self, row: PlannedLine, sentences: Iterable[str]) -> None:
        """Add sentences about a line."""
        self.problems.setdefault(row.pk, []).extend(sentences)


class Maker:
    """Makes the records of a plan, line by line, without saving any."""

    def __init__(self, document: Document) -> None:
        self.document, self.made = document, Made()
        self.container: Container | None = None
        self.existing: dict[tuple[type[Container], int], Container] = {}
        self.correction: Correction | None = None  # of the line that is being used
        self.heading: Statement | None = None  # under which following paragraphs stand
        self.above: Statement | None = None  # under which nested statements stand
        # The last number given in a container or under a statement, by its identity.
        self.numbers: dict[int, int] = {}
        self.new_numbers: dict[type[Container], int] = {}
        self.slugs: set[str] = set()  # addresses of new pages
        self.replaced: set[int] = set()  # keys of articles that have a new edition in the plan

    def make(self, rows: Iterable[PlannedLine]) -> Made:
        """Return what is made of some planned lines."""
        for _line, uses in groupby(rows, key=attrgetter("line_id")):
            first, *others = uses
            self.correction = self.correction_of(first)
            if first.use == LineUse.NOTHING and not first.place and not others:
                self.leave_out(first)
            else:
                self.use(first)
            for row in others:
                self.use_again(row)
            self.annotate(first)
        return self.made

    def use(self, row: PlannedLine) -> None:
        if row.use == LineUse.NOTHING:
            sentence = _("“Not used” goes neither with a page nor with another use of the line.")
            self.made.add_problem(row, [sentence])
        elif row.place:
            self.open_container(row)
        else:
            self.add_statement(row)

    def use_again(self, row: PlannedLine) -> None:
        """Use a line once more; on a page of its own, what follows goes on where it was before."""
        before = self.container, self.heading, self.above
        self.use(row)
        if row.place:
            self.container, self.heading, self.above = before

    def leave_out(self, row: PlannedLine) -> None:
        if row.reason not in BoilerplateReason.values:
            self.made.add_problem(row, [_("Say why this line is not used.")])
            return
        line = row.line
        for code in language_codes():
            with translation.override(code):
                reason = str(BoilerplateReason(row.reason).label)
            setattr(line, f"boilerplate_{code}", reason)
        self.made.records.append(line)

    def open_container(self, row: PlannedLine) -> None:
        """Begin a new page, whose title is the line, or go on with an existing one."""
        self.heading = self.above = None
        place = container_of(row.place)
        if place is None:
            self.made.add_problem(row, [_("There is no such page.")])
            self.container = None
            return
        model, key = place
        if key is not None:
            self.container = self.existing.get((model, key))
            self.container = self.container or model._default_manager.filter(pk=key).first()
            if self.container is None:
                self.made.add_problem(row, [_("There is no such page.")])
            elif self.container.is_published and not self.document.is_published:
                self.made.add_problem(row, [not_yet(self.document)])
            else:
                self.existing[model, key] = self.container
                self.add_statement(row)
            return
        values = self.new_values(model, row)
        if any(own.name == "document" for own in model._meta.concrete_fields):
            values["document"] = self.document
        container = model(line=row.line, is_published=False, **values)
        self.write_texts(container, "title", row)
        self.container = container
        if may_be_given(container.first_code(), model):
            container.code = container.first_code()
        self.check(container, row)
        self.keep(container, row)

    def new_values(self, model: type[Container], row: PlannedLine) -> dict[str, Any]:
        """Return the values of the other fields of a new page, with proposals for empty ones."""
        values = {name: value for name, value in row.values.items() if value not in ("", None)}
        names = {own.name for own in model._meta.concrete_fields}
        lookups: dict[str, Any] = {}
        if issubclass(model, EditionContainer):
            edition = int(values.get("edition", 0)) or model(line=row.line).default_edition()
            lookups = {"edition": edition}
            values |= lookups
        number = self.new_numbers.get(model, next_number(model, **lookups) - 1) + 1
        values.setdefault("number", number)
        self.new_numbers[model] = max(number, int(values["number"]))
        if "replaces" in names:
            values["replaces"] = self.replaced_article(row)
        if "slug" in names:
            slug = propose_slug(model, row.translation, self.document.slug, self.slugs)
            self.slugs.add(values.setdefault("slug", slug))
        if "year" in names and self.document.year:
            values.setdefault("year", self.document.year)
        return self.short_texts(model, row) | values

    def replaced_article(self, row: PlannedLine) -> Article | None:
        """Return the article of which a new one is the next edition, as chosen or as proposed.

        It is proposed where the former edition of the document has one article that is left.
        """
        if row.values:
            chosen = Article.objects.filter(pk=row.values.get("replaces") or 0).first()
            if chosen and (chosen.pk in self.replaced or hasattr(chosen, "replaced_by")):
                text = _("“%(article)s” has a new edition already.")
                self.made.add_problem(row, [text % {"article": chosen}])
                return None
            self.replaced |= {chosen.pk} if chosen else set()
            return chosen
        left = Article.objects.filter(document=self.document.replaces_id or 0, replaced_by=None)
        former = [article for article in left if article.pk not in self.replaced]
        if len(former) != 1:
            return None
        self.replaced.add(former[0].pk)
        return former[0]

    def short_texts(self, model: type[Container], row: PlannedLine) -> dict[str, str]:
        """Return proposals for the other texts that a page must have: its title, shortened."""
        (other,) = other_languages(source_language())
        titles = {source_language(): row.line.wording}
        if row.is_translation_confirmed:
            titles[other] = without_marker(row.translation)
        return {
            f"{name}_{code}": shorten(title, column.max_length or len(title), placeholder="…")
            for name in paired_fields(model)
            for column in [cast("models.Field[Any, Any]", model._meta.get_field(name))]
            if name != "title" and not column.blank
            for code, title in titles.items()
        }

    def add_statement(self, row: PlannedLine) -> None:
        if self.container is None:
            self.made.add_problem(row, [_("It belongs to no page: choose one here or above.")])
            return
        model = statement_model(self.container)
        statement = model(line=row.line)
        setattr(statement, model.container_field, self.container)
        parent = self.parent_of(row, model)
        if parent is not None:
            setattr(statement, "parent", parent)  # noqa: B010  (only some models have it)
        statement.number = self.take_number(model, parent)
        names = {own.name for own in model._meta.concrete_fields}
        if "kind" in names:
            statement.kind = row.use if row.use in ParagraphKind.values else ParagraphKind.TEXT
        self.write_texts(statement, "text", row)
        above = parent or self.container
        wanted = codes.child_code(above.code, statement.number)
        statement.code = wanted if may_be_given(wanted, model) else statement.first_code()
        self.check(statement, row)
        self.keep(statement, row)
        if row.use == LineUse.HEADING and "kind" in names:
            self.heading = statement
        if row.use != LineUse.NESTED:
            self.above = statement

    def parent_of(self, row: PlannedLine, model: type[Statement]) -> Statement | None:
        """Return the statement under which a line stands, None for none."""
        if not any(own.name == "parent" for own in model._meta.concrete_fields):
            return None
        if row.use == LineUse.HEADING:
            self.heading = None
            return None
        if self.heading is not None:
            return self.heading
        if row.use == LineUse.NESTED and self.above is None:
            self.made.add_problem(row, [_("There is no statement above it.")])
        return self.above if row.use == LineUse.NESTED else None

    def take_number(self, model: type[Statement], parent: Statement | None) -> int:
        """Return the next number in the container, or under a parent."""
        above = parent or self.container
        assert above is not None  # noqa: S101  (add_statement() has a container)
        if id(above) not in self.numbers:
            lookups: dict[str, Any] = {model.container_field: self.container}
            if parent is not None:
                lookups = {"parent": parent}
            elif any(own.name == "parent" for own in model._meta.concrete_fields):
                lookups["parent"] = None
            self.numbers[id(above)] = next_number(model, **lookups) - 1 if above.pk else 0
        self.numbers[id(above)] += 1
        return self.numbers[id(above)]

    def write_texts(self, record: Container | Statement, name: str, row: PlannedLine) -> None:
        """Write the wording of the line, with its correction, and the confirmed translation."""
        text = row.line.wording
        if self.correction:
            try:
                text = apply_corrections(row.line.text, [self.correction])
            except ValueError:
                sentence = _("“%(words)s” does not stand in the line exactly once.")
                self.made.add_problem(row, [sentence % {"words": self.correction.original}])
        setattr(record, f"{name}_{source_language()}", text)
        (other,) = other_languages(source_language())
        if row.is_translation_confirmed:
            if not row.translation.strip():
                self.made.add_problem(row, [_("The translation is confirmed, but empty.")])
            setattr(record, f"{name}_{other}", without_marker(row.translation))

    def correction_of(self, row: PlannedLine) -> Correction | None:
        """Return the unsaved correction of a line, None where it has none."""
        if not row.original:
            return None
        (other,) = other_languages(source_language())
        return Correction(
            line=row.line,
            original=row.original,
            reading=row.reading,
            certainty=Correction.Certainty.SURE,
            **{
                f"reason_{source_language()}": row.correction_reason,
                f"reason_{other}": row.correction_reason_translation,
            },
        )

    def annotate(self, row: PlannedLine) -> None:
        """Make the correction of a line and the note on it."""
        if self.correction:
            if not row.correction_reason:
                self.made.add_problem(row, [_("A correction wants a reason.")])
            self.made.records.append(self.correction)
        if row.note:
            if not (row.note_url and row.note_year):
                self.made.add_problem(row, [_("A note wants a source and its year.")])
            (other,) = other_languages(source_language())
            texts = {f"text_{source_language()}": row.note, f"text_{other}": row.note_translation}
            number = next_number(Note, line=row.line)
            self.made.records.append(
                Note(
                    line=row.line,
                    number=number,
                    year=row.note_year or 0,
                    source_url=row.note_url,
                    **texts,
                )
            )

    def check(self, record: Container | Statement, row: PlannedLine) -> None:
        """Note what is not valid of a record; relations to unsaved records are left out."""
        relations = [own.name for own in record._meta.concrete_fields if own.is_relation]
        try:
            record.full_clean(exclude=[*relations, *translated_fields(type(record))])
        except ValidationError as error:
            self.made.add_problem(row, named_problems(record, error.message_dict))

    def keep(self, record: Container | Statement, row: PlannedLine) -> None:
        if isinstance(record, Container) and not record.code:
            record.code = record.first_code()
        self.made.records.append(record)
        self.made.by_line[row.pk] = record


def named_problems(record: models.Model, messages: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the sentences about the fields of a record, each after the name of its field."""
    names = {own.name: str(own.verbose_name) for own in record._meta.concrete_fields}
    return [
        f"{names[name]}: {sentence}" if name in names else str(sentence)
        for name, sentences in messages.items()
        for sentence in sentences
    ]


def make(document: Document, rows: Iterable[PlannedLine] | None = None) -> Made:
    """Return what the plan of a document would make, without saving anything.

    `rows` are the plan, where the caller has read it already.
    """
    return Maker(document).make(plan_of(document) if rows is None else rows)


def confirm(document: Document) -> MadeStatements:
    """Make the pages and statements of a plan, unpublished, as one revision; return its row.

    Raises ValidationError, and changes nothing, where the plan has problems or makes nothing.
    """
    try:
        with transaction.atomic():
            list(Document.objects.select_for_update().filter(pk=document.pk))
            made = make(document)
            if made.problems:
                raise ValidationError(_("Some lines still have problems."))
            if not made.records:
                raise ValidationError(_("There is nothing to be made."))
            with recording(comment=COMMENT):
                for record in made.records:
                    record.save()
            change = last_change(type(made.records[0]), made.records[0].pk)
            assert change is not None  # noqa: S101  (it was saved in the recording)
            return MadeStatements.objects.create(document=document, revision=change.revision)
    except IntegrityError as error:
        text = _("Somebody has taken a number or an address meanwhile. Look at the plan again.")
        raise ValidationError(text) from error
