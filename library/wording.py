"""The rule for what is published: each text is its line, or a correction says what differs."""

from typing import Any, cast

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from editing.admin import TranslatedForm
from editing.merge_forms import MergingForm
from editing.ordered_formset import OrderedInlineFormSet
from languages.languages import language_codes, source_language
from library.annotations import line_annotations
from library.fingerprints import fingerprint
from library.models import Cited, Container, PublicWording, Statement
from library.passages import passage_models
from library.transcription import is_explained


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


class CitedForm(TranslatedForm):
    """A form of a title or statement that refuses what may not be published.

    Checked are the texts that a person has changed, and all texts of a container that this person
    publishes, now or at a set time. A draft may say anything.
    """

    def _post_clean(self) -> None:
        super()._post_clean()
        record = cast("Container | Statement", self.instance)
        container = record if isinstance(record, Container) else record.container
        is_public = container.is_published or container.publish_at is not None
        if record is container:
            publishes = self.has_changed_any("is_published", "publish_at")
            container.is_being_published = is_public and publishes
        field = f"{record.cited_field}_{source_language()}"
        is_checked = container.is_being_published or self.has_changed_any(field, "line")
        if is_public and is_checked and self.is_complete(field) and differs_from_line(record):
            self.add_error(field, not_as_in_line(is_title=record is container))
        if is_public:
            self.refuse_withheld(record, container)

    def refuse_withheld(self, record: Cited, container: Container) -> None:
        """Add an error to each text, new to readers, that must not be shown again."""
        for language in language_codes():
            field = f"{record.cited_field}_{language}"
            is_new = container.is_being_published or self.has_changed_any(field)
            text = getattr(record, field) or ""
            if field in self.fields and is_new and text:
                wording = withheld_wordings(container).get(fingerprint(text, language))
                if wording:
                    self.add_error(field, not_again(wording))

    def is_complete(self, field: str) -> bool:
        """Whether the form has a line and the text of a field, without errors."""
        is_here = field in self.fields and getattr(self.instance, "line_id", None) is not None
        return is_here and {field, "line"}.isdisjoint(self.errors)

    def has_changed_any(self, *names: str) -> bool:
        """Whether this person has changed any of some fields."""
        return not {*names}.isdisjoint(self.changed_data)


class StatementFormSet(OrderedInlineFormSet):
    """The statements of a container, whose forms know it as it is about to be saved."""

    def _construct_form(self, i: int, **options: Any) -> MergingForm:
        form = super()._construct_form(i, **options)
        setattr(form.instance, self.fk.name, self.instance)
        return form


def withheld_wordings(container: Container) -> dict[str, PublicWording]:
    """Return all withheld wordings by fingerprint, read once for all forms of a container."""
    if "withheld_wordings" not in vars(container):
        rows = PublicWording.objects.exclude(withheld_at=None).select_related("code")
        vars(container)["withheld_wordings"] = {row.fingerprint: row for row in rows}
    found: dict[str, PublicWording] = vars(container)["withheld_wordings"]
    return found


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
