"""The Global Policing Goals and their objectives."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library.models import EditionContainer, Statement


class Goal(EditionContainer):
    """A Global Policing Goal, with objectives and links to SDGs."""

    page = "goals:detail"
    scheme = "GPG"

    subject = models.CharField(_("subject, in a few words"), max_length=80)

    class Meta(EditionContainer.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")

    @property
    def mark_templates(self) -> list[str]:
        """The names of the SVG templates of its mark; {% include %} takes the first that exists.

        A mark has the code of its goal, since the goals of another edition have other subjects.
        """
        return [f"goals/marks/{self.anchor}.svg", "goals/marks/number.svg"]


class Objective(Statement):
    """A numbered objective of a goal."""

    container_field = "goal"

    goal = models.ForeignKey(
        Goal, models.CASCADE, verbose_name=_("goal"), related_name="objectives"
    )

    class Meta:
        ordering = ["goal", "number"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            UniqueConstraint(fields=["goal", "number"], name="objective_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="objective_number_from_1"),
        ]
