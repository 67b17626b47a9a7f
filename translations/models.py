"""The state of each translation: missing, outdated, up to date or reviewed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

TRANSLATE = "translations.translate"  # the permission to edit translations


class TranslationStatus(models.TextChoices):
    """A choice of TranslationState.state.

    UNREVIEWED and REVIEWED translations are up to date. An OUTDATED_MINOR one is older than a
    minor change of its source, an OUTDATED one older than a change of meaning.
    """

    NOTHING = "nothing", _("nothing to translate")
    MISSING = "missing", _("missing")
    UNREVIEWED = "unreviewed", _("unreviewed")
    REVIEWED = "reviewed", _("reviewed")
    OUTDATED_MINOR = "outdated_minor", _("older than a minor change")
    OUTDATED = "outdated", _("older than a change of meaning")


class TranslationState(models.Model):
    """The state of the translation of one text of a record into one language.

    `made_from` is the source text that the translation was made from. `same` has the digests of
    the texts that the source has reached since by minor changes alone. `state` is computed from
    both and from the texts that are stored now (translations/staleness.py), never from a time.
    """

    person_columns = {"author_name": "", "reviewer_name": ""}

    OUTDATED_STATUSES = (TranslationStatus.OUTDATED_MINOR, TranslationStatus.OUTDATED)
    NEEDS_WORK_STATUSES = (TranslationStatus.MISSING, *OUTDATED_STATUSES)

    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
    field = models.CharField(_("text"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    source = models.CharField(_("translated from"), max_length=8)
    made_from = models.TextField(_("made from"), blank=True)
    same = models.JSONField(_("digests of minor changes"), default=list)
    state = models.CharField(_("state"), max_length=16, choices=TranslationStatus)
    words = models.PositiveIntegerField(_("words"), default=0)
    author_name = models.CharField(_("translated by"), max_length=150, blank=True)
    reviewed = models.CharField(_("digest of what was reviewed"), max_length=64, blank=True)
    reviewer_name = models.CharField(_("reviewed by"), max_length=150, blank=True)
    reviewed_at = models.DateTimeField(_("time of the review"), null=True, blank=True)

    class Meta:
        ordering = ["model", "record", "field", "language"]
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        permissions = [("translate", "Can edit the translations of all content")]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record", "field", "language"], name="translation_unique"
            )
        ]
        indexes = [models.Index(fields=["language", "state"], name="translation_by_state")]

    def __str__(self) -> str:
        return f"{self.model} {self.record} {self.field} {self.language}"
