"""Takes back what was made of the lines of a document, as one revision."""

from collections.abc import Sequence

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from history.models import Change, ChangeKind
from history.recording import last_change, recording
from ingest.models import MadeStatements
from languages.languages import language_codes
from library.citing_texts import records_naming
from library.codes import Coded
from library.deletion import Deletion
from library.models import RegisteredCode
from library.models.content import ContentModel


def undo(made: MadeStatements) -> int:
    """Take back what a plan has made, which is a plan again; return how many records are gone.

    Raises ValidationError, and changes nothing, where readers have seen any of it, where somebody
    has changed it since, and where something else belongs to it or cites it.
    """
    with transaction.atomic(), recording(comment=f"↶ {made.revision}"):
        changes = list(made.revision.changes.order_by("-pk"))
        records = [(change, record_of(change, made)) for change in changes]
        check_may_be_taken_back(
            [record for change, record in records if change.kind == ChangeKind.ADDED]
        )
        removed = 0
        for change, record in records:
            if change.kind == ChangeKind.ADDED:
                record.delete()
                removed += 1
            else:  # a line that was left out
                for code in language_codes():
                    setattr(record, f"boilerplate_{code}", "")
                record.save()
        made.delete()
    return removed


def record_of(change: Change, made: MadeStatements) -> Model:
    """Return the record of a change. Raises ValidationError where it was changed since."""
    model = apps.get_model(change.model)
    record: Model | None = model._base_manager.filter(pk=change.record).first()
    last = last_change(model, change.record)
    if record is None or last is None or last.revision_id != made.revision_id:
        text = _("“%(record)s” was changed since, so it cannot be taken back with the others.")
        raise ValidationError(text % {"record": change.label})
    return record


def check_may_be_taken_back(records: Sequence[Model]) -> None:
    """Raise ValidationError where readers know any of some records, or something else needs it."""
    given = [record.code for record in records if isinstance(record, Coded)]
    seen = RegisteredCode.objects.filter(code__among=given, published_at__isnull=False).first()
    if seen:
        text = _("Readers have seen %(code)s, which may be cited: hide or delete it by its form.")
        raise ValidationError(text % {"code": seen.code})
    own = {(type(record), record.pk) for record in records}
    deleted = [
        record
        for model in {type(record) for record in records}
        for rows in Deletion([each for each in records if type(each) is model]).going.values()
        for record in rows
    ]
    for record in [*deleted, *records_naming(given)]:
        if isinstance(record, ContentModel) and (type(record), record.pk) not in own:
            text = _("“%(record)s” belongs to it or cites it. Delete or change that first.")
            raise ValidationError(text % {"record": record})
