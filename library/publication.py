"""The rules for what readers may see.

Each text is as in its line, its document is published, and nothing withheld is shown.

Forms ask them before anything is saved, and the set time of a draft does. The registry asks for
withheld wordings whatever the way. What is brought back from the history comes back even where it
differs from its line: the first page of the administration lists that.
"""

from collections.abc import Collection, Iterable, Set

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from languages.languages import source_language
from library.annotations import line_annotations
from library.models import Cited, Container, Document, PublicWording, Statement
from library.passages import passage_models, passages
from library.transcription import is_explained

MAX_NAMED = 10  # codes in a message


class PublicationError(ValidationError):
    """What is saved would show readers something that they may not see; nothing may stay saved.

    `record_code` is the code of the first such text, `sentence` what is wrong with it.
    """

    def __init__(self, record_code: str, sentence: str) -> None:
        super().__init__(f"{record_code}: {sentence}", code="not publishable")
        self.record_code, self.sentence = record_code, sentence


def differs_from_line(record: Cited) -> bool:
    """Whether a text is neither its line nor what the corrections of the line make of it."""
    if record.line is None or record.line.wording == record.source_language_text:
        return False
    corrections = line_annotations(record.line).corrections
    return not is_explained(record.source_language_text, record.line.text, corrections)


def cited_records(container: Container) -> list[Cited]:
    """Return a stored container with its statements, with their lines and documents."""
    records: list[Cited] = []
    for model in passage_models():
        if issubclass(model, Statement):
            if model._meta.get_field(model.container_field).related_model is type(container):
                statements = model.objects.select_related("line__document")
                records += statements.filter(**{model.container_field: container})
        elif model is type(container):
            records += model.objects.select_related("line__document").filter(pk=container.pk)
    return records


def draft_document(record: Cited) -> Document | None:
    """Return the document of a text where it is not published, else None."""
    document = record.source_document
    return document if document and not document.is_published else None


def check_citing(document: Document) -> None:
    """Raise ValidationError where readers see a text that cites a document, as it is hidden."""
    citing = [passage.code for passage in passages(line__document=document)]
    if citing:
        text = _("Readers see texts that cite this document: %(codes)s. Hide them first.")
        named = ", ".join(citing[:MAX_NAMED])
        raise ValidationError(text % {"codes": named if citing[MAX_NAMED:] == [] else f"{named}…"})


def check_withheld(wordings: Collection[PublicWording]) -> None:
    """Raise PublicationError where a wording that readers are about to see is withheld."""
    if not wordings:
        return
    by_mark = {wording.fingerprint: wording for wording in wordings}
    withheld = PublicWording.objects.filter(fingerprint__among=[*by_mark])
    formers = list(withheld.exclude(withheld_at=None).select_related("code"))
    if formers:
        # Rather the statement than the page that has it.
        former = max(formers, key=lambda wording: len(wording.code.code))
        raise PublicationError(by_mark[former.fingerprint].code.code, not_again(former))


def check_lines(container: Container) -> None:
    """Raise PublicationError where a text of a stored container differs from its line.

    And where the document of a text is a draft.
    """
    for record in cited_records(container):
        check_text(record)


def check_edits(edits: Iterable[tuple[Model, Set[str]]], **options: object) -> None:
    """Check what a proposal publishes and what it changes for readers (checking_publication).

    `edits` are records with the names of the fields that were written. Raises ValidationError.
    """
    for record, names in edits:
        if isinstance(record, Container) and "is_published" in names:
            check_lines(record)
        elif isinstance(record, Document) and "is_published" in names and not record.is_published:
            check_citing(record)
        elif isinstance(record, Cited) and record.is_public() and names & cited_fields(record):
            check_text(record)


def cited_fields(record: Cited) -> set[str]:
    """Return the names of the fields that decide whether a text is that of its line."""
    return {f"{record.cited_field}_{source_language()}", "line", "document"}


def check_text(record: Cited) -> None:
    """Raise PublicationError where a text cites a draft, or differs from its line."""
    document = draft_document(record)
    if document:
        raise PublicationError(record.code, not_yet(document))
    if differs_from_line(record):
        is_title = isinstance(record, Container)
        raise PublicationError(record.code, not_as_in_line(is_title=is_title))


def not_again(wording: PublicWording) -> str:
    """Return the sentence for a text that must not be shown again."""
    values = {"code": wording.code, "day": date_format(localtime(wording.withheld_at))}
    text = _(
        "This wording stood under %(code)s and is withheld since %(day)s: it cannot be "
        "published again. Please write another one."
    )
    return text % values


def not_yet(document: Document) -> str:
    """Return the sentence for a text that cites a document which readers do not see."""
    text = _("It cites “%(document)s”, which is not published. Publish the document first.")
    return text % {"document": document}


def not_as_in_line(*, is_title: bool) -> str:
    """Return the sentence for a title or a text that differs from its line."""
    if is_title:
        return _(
            "The title is not as in its line, and no correction says so. Please take the words of "
            "the line, or enter a correction of the line first."
        )
    return _(
        "The text is not as in its line, and no correction says so. Please take the words of the "
        "line, or enter a correction of the line first."
    )
