"""The history of the content: who changed which record, when, and its values after that."""

from typing import Any, NamedTuple

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from languages.text_diff import DiffPart

type State = dict[str, Any]  # the values of a record as JSON has them, by column


class StateEncoder(DjangoJSONEncoder):
    """Writes JSON as Django does, with Arabic letters as they are and not as escapes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class Revision(models.Model):
    """The changes that one person made together: one form saved, one action, one load."""

    person_columns = {"author_name": "author"}

    made = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        related_name="+",
    )
    # Stays when the account is deleted.
    author_name = models.CharField(_("name of the author"), max_length=150, blank=True)
    comment = models.CharField(_("comment"), max_length=250, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"{self.made:%Y-%m-%d %H:%M} {self.author_name}".strip()


class ChangeKind(models.TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class ColumnDiff(NamedTuple):
    """A column that a change changed: its label, the language of its text, and the diff."""

    name: str | Promise
    language: str  # "" where it is not known
    parts: list[DiffPart]


class Change(models.Model):
    """A change of one record within a revision, with the values of all columns after it.

    `model` is the lower-case label of the model ("goals.goal"), `record` the primary key, `label`
    the str() of the record. For a deleted record, `state` has the values before the deletion.
    """

    revision = models.ForeignKey(
        Revision, models.CASCADE, verbose_name=_("revision"), related_name="changes"
    )
    kind = models.CharField(_("kind of change"), max_length=8, choices=ChangeKind)
    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
    label = models.CharField(_("record"), max_length=250)
    state = models.JSONField(_("state"), encoder=StateEncoder)

    before: State  # from history.recording: the state before it, {} for a new record
    differences: list[ColumnDiff]  # from history.change_diffs.with_diffs()
    # From history.admin.with_restore_addresses():
    is_last: bool
    seen: int
    restore_address: str

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["model", "record", "-id"], name="change_of_record")]

    def __str__(self) -> str:
        return self.label


class ContentVersion(models.Model):
    """The one row with the version of the content (history/content_version.py)."""

    is_backed_up = False  # restored content is a new version

    token = models.CharField(max_length=32)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of the content")
        verbose_name_plural = _("versions of the content")

    def __str__(self) -> str:
        return self.token
