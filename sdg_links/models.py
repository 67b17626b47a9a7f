"""The Sustainable Development Goals (SDGs) and the links between goals and SDGs."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q, QuerySet, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from history.models import State
from languages.cached_reverse import cached_reverse
from library import codes
from library.models import ContentModel, NaturalKeyManager, PagePart, natural_key_dependencies
from sdg_links.colours import readable_ink

colour_validator = RegexValidator(
    r"^#[0-9A-F]{6}$", _("A colour is # and six digits or capital letters, as in #00689D.")
)
target_validator = RegexValidator(
    r"^[0-9]{1,2}\.[0-9a-z]{1,2}$", _("A target is written as in 16.4 or 16.a.")
)


class Sdg(codes.Coded, ContentModel):
    """A Sustainable Development Goal of the United Nations, 1 to 17."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    full_name = models.CharField(_("full name"), max_length=300)
    colour = models.CharField(_("colour"), max_length=7, validators=[colour_validator])
    uri = models.URLField(_("identifier"), unique=True)

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager("number")

    class Meta:
        ordering = ["number"]
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")
        constraints = [
            CheckConstraint(condition=Q(number__range=(1, 17)), name="sdg_number_1_to_17"),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name or ''}".strip()

    def get_absolute_url(self) -> str:
        return cached_reverse("sdg_links:detail", self.number)

    def natural_key(self) -> tuple[int]:
        return (self.number,)

    @property
    def code(self) -> str:
        """The code, such as SDG 16."""
        return f"SDG {self.number}"

    @property
    def ink(self) -> str:
        """The text colour on the SDG's colour, "dark" or "light"."""
        return readable_ink(self.colour)


class SdgLinkManager[M: SdgLink](NaturalKeyManager[M]):
    """Manager of the links."""

    def published(self) -> QuerySet[M]:
        """Limit to links of published goals."""
        return self.filter(goal__is_published=True)


class SdgLink(PagePart):
    """A claim that a goal serves an SDG; the basis says whose claim it is."""

    cited_field, container_field = "reason", "goal"

    class Basis(models.TextChoices):
        """Whose claim a link is, the strongest first."""

        EVERY_GOAL = "every-goal", _("stated for every goal")
        SET = "set", _("stated for the goals as a set")
        EDITORIAL = "editorial", _("the portal’s own suggestion")

    goal = models.ForeignKey(Goal, models.CASCADE, verbose_name=_("goal"), related_name="sdg_links")
    sdg = models.ForeignKey(
        Sdg,
        models.PROTECT,
        verbose_name=_("Sustainable Development Goal"),
        related_name="links",
    )
    target = models.CharField(_("target"), max_length=5, blank=True, validators=[target_validator])
    basis = models.CharField(_("basis"), max_length=16, choices=Basis)
    reason = models.TextField(_("reason"))
    year = models.PositiveSmallIntegerField(_("year of the wording"))
    source_url = models.URLField(_("page of the source"), max_length=500)
    verified_by = models.CharField(
        _("checked against the printed brochure by"), max_length=120, blank=True
    )

    objects: ClassVar[SdgLinkManager[Self]] = SdgLinkManager("goal__slug", "sdg__number", "target")

    class Meta:
        ordering = ["goal", "sdg", "target"]
        verbose_name = _("SDG link")
        verbose_name_plural = _("SDG links")
        constraints = [
            UniqueConstraint(fields=["goal", "sdg", "target"], name="sdg_link_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.goal.code} – SDG {self.label}"

    def get_absolute_url(self) -> str:
        return f"{self.goal.get_absolute_url()}#{self.anchor}"

    @natural_key_dependencies("goals.goal", "sdg_links.sdg")
    def natural_key(self) -> tuple[str, int, str]:
        return (self.goal.slug, self.sdg.number, self.target)

    def clean(self) -> None:
        if self.target and self.sdg_id and self.target.split(".")[0] != str(self.sdg.number):
            raise ValidationError({"target": _("This target belongs to another SDG.")})

    @property
    def code(self) -> str:
        """The code by which the link is cited, such as GPG 1 SDG 16.4."""
        return link_code(self.goal.code, self.label)

    @classmethod
    def code_in_state(cls, state: State, container_code: str) -> str:
        sdg = Sdg.objects.filter(pk=state["sdg_id"]).first()
        return link_code(container_code, state["target"] or str(sdg.number if sdg else 0))

    @property
    def label(self) -> str:
        """The number of the target; without a target, that of the SDG."""
        return self.target or str(self.sdg.number)


def link_code(goal_code: str, label: str) -> str:
    """Return the code of a link; `label` is the number of the target or of the SDG."""
    return f"{goal_code} SDG {label}"
