"""Open forms of the admin, and proposals of changes."""

from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from history.models import StateEncoder

PUBLISH = "editing.publish"  # the permission to publish and to hide


class OpenForm(models.Model):
    """A form of a record that a user has open: since when, and when its page last said so."""

    is_backed_up = False  # lasts for minutes

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    model = models.CharField(max_length=64)
    record = models.BigIntegerField()
    opened = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "record", "author"], name="open_form_unique")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.record}"


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class ProposedChange(TypedDict):
    """A change of one column, a new row or a row to delete, as JSON has it.

    For a new row, `row` is its number in the form (0 for a new record) and `record` is None. For a
    record to delete, `column` and `proposed` are None and `base` has the states of all that goes.
    """

    model: str  # its label: goals.goal
    record: int | None
    column: str | None
    base: Any  # the value that was stored
    proposed: Any
    row: NotRequired[int]


class Proposal(models.Model):
    """Changes of a record and its rows that an author proposes and a publisher decides on.

    `changes` is a list of ProposedChanges, one for each column. A new record has no `record` yet.
    """

    person_columns = {"author_name": "author", "decided_by": ""}

    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"), null=True)
    label = models.CharField(_("record"), max_length=250)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("author"),
        null=True,
        related_name="+",
    )
    author_name = models.CharField(_("name of the author"), max_length=150)
    made = models.DateTimeField(_("time"), default=timezone.now)
    comment = models.CharField(_("comment"), max_length=250, blank=True)
    changes = models.JSONField(_("changes"), encoder=StateEncoder)
    state = models.CharField(
        _("state"), max_length=8, choices=ProposalState, default=ProposalState.OPEN
    )
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)  # when publishers were reminded

    class Meta:
        ordering = ["-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        permissions = [("publish", "Can publish and hide content")]

    def __str__(self) -> str:
        return self.label
