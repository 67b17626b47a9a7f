"""The cross-cutting themes and their commitments."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library.models import Container, Statement


class Theme(Container):
    """A cross-cutting foundational theme, which concerns all goals."""

    page = "crosscutting:detail"

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [CheckConstraint(condition=Q(number__gte=1), name="theme_number_from_1")]

    def first_code(self) -> str:
        """Return CCT and the number, as in CCT 1."""
        return f"CCT {self.number}"


class Commitment(Statement):
    """A commitment that belongs to a theme."""

    container_field = "theme"

    theme = models.ForeignKey(
        Theme, models.CASCADE, verbose_name=_("theme"), related_name="commitments"
    )

    class Meta:
        ordering = ["theme", "number"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            UniqueConstraint(fields=["theme", "number"], name="commitment_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="commitment_number_from_1"),
        ]
