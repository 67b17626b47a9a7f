"""The texts that editors have chosen for the places of other pages."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from library.models.articles import Article, Paragraph
from library.models.content import ContentModel, NaturalKeyManager


class Place(models.TextChoices):
    """The places for which a text can be chosen."""

    VISION = "vision", _("home page: vision")
    MISSION = "mission", _("home page: mission")
    FRAMEWORK = "framework", _("home page: strategic framework")
    GOALS = "goals", _("list of the goals: introduction")
    THEMES = "themes", _("list of the themes: introduction")
    DIALOGUE = "dialogue", _("page of the Dialogue: introduction")


# The places for a paragraph; the others are for an article.
PARAGRAPH_PLACES = [Place.VISION, Place.MISSION]


class Placement(ContentModel):
    """The article or paragraph that a page shows at a place; a place without one is left out."""

    place = models.CharField(
        pgettext_lazy("on a page", "place"), max_length=16, choices=Place, unique=True
    )
    article = models.ForeignKey(
        Article,
        models.CASCADE,
        verbose_name=_("article"),
        related_name="placements",
        null=True,
        blank=True,
    )
    paragraph = models.ForeignKey(
        Paragraph,
        models.CASCADE,
        verbose_name=_("paragraph"),
        related_name="placements",
        null=True,
        blank=True,
        help_text=_("For the vision and the mission; for the other places choose an article."),
    )

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager("place")

    class Meta:
        ordering = ["place"]
        verbose_name = _("text chosen for a place")
        verbose_name_plural = _("texts chosen for places")
        constraints = [
            CheckConstraint(
                condition=Q(place__in=PARAGRAPH_PLACES, article=None, paragraph__isnull=False)
                | (~Q(place__in=PARAGRAPH_PLACES) & Q(article__isnull=False, paragraph=None)),
                name="placement_has_its_text",
                violation_error_message=_("This place has to have one text of the right kind."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_place_display())

    def clean(self) -> None:
        super().clean()
        needed, other = "article", "paragraph"
        if self.place in PARAGRAPH_PLACES:
            needed, other = other, needed
        errors = {}
        if getattr(self, f"{needed}_id") is None:
            errors[needed] = (
                _("Please choose a paragraph for this place.")
                if needed == "paragraph"
                else _("Please choose an article for this place.")
            )
        if getattr(self, f"{other}_id") is not None:
            errors[other] = _("This place has no room for it: please leave it empty.")
        if errors:
            raise ValidationError(errors)

    def natural_key(self) -> tuple[str]:
        return (self.place,)
