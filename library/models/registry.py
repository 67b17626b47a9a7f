"""The registry: every code that was ever given, every public wording, every public address."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from history.content_version import bump_version
from library.codes import Coded


class CodeState(models.TextChoices):
    """What became of a code."""

    UNPUBLISHED = "unpublished", _("never public")
    CURRENT = "current", _("current")
    SUPERSEDED = "superseded", _("superseded by another code")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RegisteredCode(Coded, models.Model):
    """A code and what it was given to; the row stays for ever, and no other record gets the code.

    `model` is the label of the record's model in small letters, `record` its primary key,
    `container` the code of its container (its own for a container). `published_at` is when readers
    could first see it, `withdrawn_at` since when they cannot. The reason and the successor are
    given by whoever withdraws it.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    model = models.CharField(_("kind of record"), max_length=64)
    record = models.BigIntegerField(_("number of the record"))
    container = models.CharField(_("code of the page"), max_length=32, db_index=True)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    published_at = models.DateTimeField(_("public since"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reason = models.TextField(
        _("why it was withdrawn"),
        blank=True,
        help_text=_("Readers see it on the page of the code."),
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("superseded by"),
        related_name="predecessors",
        null=True,
        blank=True,
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("code that was given")
        verbose_name_plural = _("codes that were given")
        constraints = [
            CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(published_at=None),
                name="code_withdrawn_was_public",
            ),
            CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")), name="code_not_own_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, **options: Any) -> None:
        super().save(**options)
        bump_version()

    @property
    def state(self) -> CodeState:
        """What became of the code."""
        if self.published_at is None:
            return CodeState.UNPUBLISHED
        if self.withdrawn_at is None:
            return CodeState.CURRENT
        return CodeState.SUPERSEDED if self.successor_id else CodeState.WITHDRAWN


class PublicWording(models.Model):
    """A text that readers could see under a code from `since` until `until`, None for until now.

    The text of a container is its title and its statements, one on each line. A wording that is
    withheld has lost its text; its fingerprint answers with the date and the reason of the code.
    """

    code = models.ForeignKey(
        RegisteredCode, models.CASCADE, verbose_name=_("code"), related_name="wordings"
    )
    language = models.CharField(_("language"), max_length=8)
    text = models.TextField(_("text"), blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=20, db_index=True)
    since = models.DateTimeField(_("public since"), default=timezone.now)
    until = models.DateTimeField(_("public until"), null=True, blank=True)
    withheld_at = models.DateTimeField(_("withheld since"), null=True, blank=True)

    class Meta:
        ordering = ["code", "language", "since", "id"]
        verbose_name = _("public wording")
        verbose_name_plural = _("public wordings")
        constraints = [
            UniqueConstraint(
                fields=["code", "language"],
                condition=Q(until=None),
                name="one_public_wording_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.language}): {self.fingerprint}"


class PageAddress(models.Model):
    """An address that a public page has or had: `page` is its URL name, `key` the argument of it.

    `model` and `record` are those of the record that it leads to, whose address may be another one
    by now. `code` is the record's code, "" where it has none, `label` its title.
    """

    page = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    model = models.CharField(max_length=64)
    record = models.BigIntegerField()
    code = models.CharField(max_length=32, blank=True)
    label = models.CharField(_("title"), max_length=250, blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["page", "key"]
        verbose_name = _("address of a page")
        verbose_name_plural = _("addresses of pages")
        constraints = [
            UniqueConstraint(fields=["page", "key"], name="page_address_unique"),
        ]
        indexes = [models.Index(fields=["model", "record"], name="address_of_record")]

    def __str__(self) -> str:
        return f"{self.page} {self.key}"


def check_address(record: models.Model, page: str, field: str) -> None:
    """Raise ValidationError where the address of a page was ever that of another record.

    `field` is the argument of the address. A deleted record that comes back, as from a file, has
    its code or its title again.
    """
    label, key = record._meta.label_lower, str(getattr(record, field))
    others = PageAddress.objects.filter(page=page, key=key).exclude(model=label, record=record.pk)
    for other in others:
        is_gone = not type(record)._base_manager.filter(pk=other.record).exists()
        with translation.override(settings.LANGUAGE_CODE):
            name, former_name = getattr(record, "code", str(record)), other.code or other.label
        if not (other.model == label and is_gone and name == former_name):
            message = _("The address %(key)s was that of “%(title)s” and leads there for ever.")
            raise ValidationError({field: message % {"key": key, "title": other.label}})
