"""Forms of titles and statements that refuse what may not be published (publication.py)."""

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.admin import TranslatedForm
from editing.merge_forms import MergingForm
from editing.ordered_formset import OrderedInlineFormSet
from languages.languages import language_codes, source_language
from library.deletion import confirm_deletion
from library.fingerprints import fingerprint
from library.models import Cited, Container, PublicWording, Statement
from library.publication import (
    differs_from_line,
    draft_document,
    not_again,
    not_as_in_line,
    not_yet,
)


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
        is_cited_anew = container.is_being_published or self.has_changed_any("line", "document")
        if is_public and is_cited_anew and not {"line", "document"} & {*self.errors}:
            document = draft_document(record)
            if document:
                self.add_error("line" if record.line else "document", not_yet(document))
        if is_public:
            self.refuse_withheld(record, container)

    def clean_publish_at(self) -> datetime | None:
        return self.check_time("publish_at")

    def clean_unpublish_at(self) -> datetime | None:
        """Return the time. Raises ValidationError for one before it is published."""
        time, start = self.check_time("unpublish_at"), self.cleaned_data.get("publish_at")
        is_changed = self.has_changed_any("publish_at", "unpublish_at")
        if is_changed and time is not None and start is not None and time <= start:
            raise ValidationError(_("The page would be hidden before it is published."))
        return time

    def check_time(self, field: str) -> datetime | None:
        """Return the time in a field. Raises ValidationError for a new one that is over."""
        time: datetime | None = self.cleaned_data[field]
        if time is not None and field in self.changed_data and time <= timezone.now():
            raise ValidationError(_("This time is over. Please choose a later one, or none."))
        return time

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

    def clean(self) -> None:
        super().clean()
        deleted = [form.instance for form in self.deleted_forms if form.instance.pk]
        if deleted:
            name = f"{self.prefix}-deletes"
            confirm_deletion(deleted, name, self.data.get(name, ""))


def withheld_wordings(container: Container) -> dict[str, PublicWording]:
    """Return all withheld wordings by fingerprint, read once for all forms of a container."""
    if "withheld_wordings" not in vars(container):
        rows = PublicWording.objects.exclude(withheld_at=None).select_related("code")
        vars(container)["withheld_wordings"] = {row.fingerprint: row for row in rows}
    found: dict[str, PublicWording] = vars(container)["withheld_wordings"]
    return found
