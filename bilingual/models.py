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
            ("see_status", "Can see the status of the portal"),
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
    comment = models.CharField(_("comment"), max_length=250, blank=True)
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


class TranslationState(models.Model):
    """How a translation stands to its source: one language of one text of a record.

    `made_from` has the words of the source that the translation was made from, and `same` the
    digests of the wordings that the source has had since by minor changes alone. `state` follows
    from them and from what is stored now (bilingual/freshness.py), never from a time.
    """

    class State(models.TextChoices):
        NOTHING = "nothing", _("nothing to translate")
        MISSING = "missing", _("missing")
        UNREVIEWED = "unreviewed", _("unreviewed")
        REVIEWED = "reviewed", _("reviewed")
        MINOR = "minor", _("older than a minor change")
        MEANING = "meaning", _("older than a change of meaning")

    STALE = (State.MINOR, State.MEANING)
    NEEDS_WORK = (State.MISSING, *STALE)

    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
    field = models.CharField(_("text"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    source = models.CharField(_("translated from"), max_length=8)
    made_from = models.TextField(_("made from"), blank=True)
    same = models.JSONField(_("digests of minor changes"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State)
    words = models.PositiveIntegerField(_("words"), default=0)
    author_name = models.CharField(_("translated by"), max_length=150, blank=True)
    reviewed = models.CharField(_("digest of what was reviewed"), max_length=64, blank=True)
    reviewer_name = models.CharField(_("reviewed by"), max_length=150, blank=True)
    reviewed_at = models.DateTimeField(_("time of the review"), null=True, blank=True)

    class Meta:
        ordering = ["model", "record", "field", "language"]
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record", "field", "language"], name="translation_unique"
            )
        ]
        indexes = [models.Index(fields=["language", "state"], name="translation_by_state")]

    def __str__(self):
        return f"{self.model} {self.record} {self.field} {self.language}"


class ContentVersion(models.Model):
    """The one row that tells whether the content has changed (bilingual/versions.py)."""

    is_backed_up = False  # a restored content is a version of its own

    token = models.CharField(max_length=32)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of the content")
        verbose_name_plural = _("versions of the content")

    def __str__(self):
        return self.token
