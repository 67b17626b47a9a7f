"""The rules for what readers may see: each text is as in its line, and nothing withheld is shown.

Forms ask them before anything is saved, and the set time of a draft does. The registry asks for
withheld wordings whatever the way. What is brought back from the history comes back even where it
differs from its line: the first page of the administration lists that.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from library.annotations import line_annotations
from library.models import Cited, Container, PublicWording, Statement
from library.passages import passage_models
from library.transcription import is_explained


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


def differing_records(container: Container) -> list[Cited]:
    """Return the title and the statements of a stored container that differ from their lines."""
    records: list[Cited] = []
    for model in passage_models():
        if issubclass(model, Statement):
            if model._meta.get_field(model.container_field).related_model is type(container):
                statements = model.objects.select_related("line__document")
                records += statements.filter(**{model.container_field: container})
        elif model is type(container):
            records += model.objects.select_related("line__document").filter(pk=container.pk)
    return [record for record in records if differs_from_line(record)]


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
    """Raise PublicationError where a text of a stored container differs from its line."""
    differing = differing_records(container)
    if differing:
        is_title = isinstance(differing[0], Container)
        raise PublicationError(differing[0].code, not_as_in_line(is_title=is_title))


def not_again(wording: PublicWording) -> str:
    """Return the sentence for a text that must not be shown again."""
    values = {"code": wording.code, "day": date_format(localtime(wording.withheld_at))}
    text = _(
        "This wording stood under %(code)s and is withheld since %(day)s: it cannot be "
        "published again. Please write another one."
    )
    return text % values


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
