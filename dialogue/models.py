"""The rounds of the INTERPOL Dialogue, their highlights, and the participants."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library.models import (
    Container,
    ContentModel,
    Line,
    NaturalKeyManager,
    NestedStatement,
    Term,
    natural_key_dependencies,
)


class Round(Container):
    """A round of the Dialogue between INTERPOL and regional police organisations.

    A round that is in none of the documents has a public source instead of a line, and no
    statements.
    """

    key_field = "year"
    page = "dialogue:round"

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    host = models.CharField(_("host"), max_length=200, blank=True)
    subject = models.CharField(_("theme or outcome"), max_length=300, blank=True)
    source_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    line = models.ForeignKey(
        Line,
        models.PROTECT,
        verbose_name=_("line"),
        related_name="%(class)ss",
        null=True,
        blank=True,
    )

    class Meta:
        ordering = ["-year"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            CheckConstraint(
                condition=~Q(source_url="") | Q(line__isnull=False), name="round_has_source"
            ),
            CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="round_ends_after_start",
            ),
        ]

    def first_code(self) -> str:
        """Return D and the year, as in D 2019."""
        return f"D {self.year}"


class Highlight(NestedStatement):
    """A statement from the joint declaration of a round."""

    container_field = "round"

    class Marker(models.TextChoices):
        """The sign before a highlight in the document."""

        BULLET = "bullet", _("bullet")
        NUMBER = "number", _("number")

    round = models.ForeignKey(
        Round, models.CASCADE, verbose_name=_("round"), related_name="highlights"
    )
    marker = models.CharField(
        _("marker in the document"), max_length=8, choices=Marker, default=Marker.BULLET
    )

    class Meta:
        ordering = ["round", "number", "id"]
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        constraints = [
            *NestedStatement.Meta.constraints,
            UniqueConstraint(
                fields=["round", "number"],
                condition=Q(parent=None),
                name="highlight_number_unique",
            ),
        ]


class Participant(ContentModel):
    """An organisation that takes part in the Dialogue; its names are those of its term."""

    class Role(models.TextChoices):
        """The role of an organisation in the Dialogue."""

        MEMBER = "member", _("participant")
        OBSERVER = "observer", _("observer")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    term = models.OneToOneField(
        Term, models.PROTECT, verbose_name=_("term"), related_name="participant"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.MEMBER)
    line = models.ForeignKey(
        Line, models.PROTECT, verbose_name=_("line"), related_name="participants"
    )

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager("term__slug")

    class Meta:
        ordering = ["number"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return str(self.term)

    @natural_key_dependencies("library.term")
    def natural_key(self) -> tuple[str]:
        return self.term.natural_key()
