"""The cross-cutting themes and their commitments."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library.models import EditionContainer, Statement


class Theme(EditionContainer):
    """A cross-cutting foundational theme, which concerns all goals."""

    page = "crosscutting:detail"
    scheme = "CCT"

    class Meta(EditionContainer.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


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
