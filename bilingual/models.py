"""The history of the content: who changed which record, when, and what it was after that."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StateEncoder(DjangoJSONEncoder):
    """Writes dates and numbers as Django does, and Arabic as it is."""

    def __init__(self, **options):
        super().__init__(**options | {"ensure_ascii": False})


class Revision(models.Model):
    """What one person did at once: one form saved, one action, one load."""

    made = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        related_name="+",
    )
    # Stays when the account is gone.
    author_name = models.CharField(_("name of the author"), max_length=150, blank=True)
    comment = models.CharField(_("comment"), max_length=250, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        permissions = [
            ("translate", "Can edit the translations of all content"),
            ("publish", "Can publish and hide content"),
        ]

    def __str__(self):
        return f"{self.made:%Y-%m-%d %H:%M} {self.author_name}".strip()


class Change(models.Model):
    """What a revision did to one record, and all columns of the record after it.

    `model` is the label of the model in small letters, `label` what the record called itself.
    Of a deleted record, `state` is what it was before.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")

    revision = models.ForeignKey(
        Revision, models.CASCADE, verbose_name=_("revision"), related_name="changes"
    )
    kind = models.CharField(_("kind of change"), max_length=8, choices=Kind)
    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
    label = models.CharField(_("record"), max_length=250)
    state = models.JSONField(_("state"), encoder=StateEncoder)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["model", "record", "-id"], name="change_of_record")]

    def __str__(self):
        return self.label


class OpenForm(models.Model):
    """That somebody has the form of a record open: since when, and when it was last seen."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    model = models.CharField(max_length=64)
    record = models.BigIntegerField()
    opened = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "record", "author"], name="open_form_unique")
        ]

    def __str__(self):
        return f"{self.model} {self.record}"


class Proposal(models.Model):
    """Changes that somebody proposes to a record and its rows, which a publisher decides on.

    `changes` has for each column the model and number of its record, what was stored when it was
    proposed (`base`) and what is proposed (`proposed`). A new row has a number of its own (`row`)
    and no record; a row that is to be deleted has no column, and its state as the base.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
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
    changes = models.JSONField(_("changes"), encoder=StateEncoder)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")

    def __str__(self):
        return self.label
