"""The terms of the glossary."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from languages.cached_reverse import cached_reverse
from library.models.content import ContentModel, NaturalKeyManager
from library.models.documents import Line
from library.models.registry import check_address
from search.models import WordField


class TermKind(models.TextChoices):
    """The kinds of terms."""

    BODY = "body", _("body")
    SYSTEM = "system", _("system")
    INSTRUMENT = "instrument", _("instrument")
    CONCEPT = "concept", _("concept")


class Term(ContentModel):
    """An entry of the glossary: one concept with its names in each language.

    `acronym` has one or several, separated by commas; `forms` has one name on each line.
    """

    slug = models.SlugField(_("address"), unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=TermKind)
    term = models.CharField(_("term"), max_length=250)
    acronym = models.CharField(_("acronym"), max_length=80, blank=True)
    definition = models.TextField(_("definition"))
    forms = models.TextField(_("other forms, one a line"), blank=True)
    source_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    line = models.ForeignKey(
        Line,
        models.PROTECT,
        verbose_name=_("line"),
        related_name="terms",
        null=True,
        blank=True,
    )

    objects: ClassVar[NaturalKeyManager[Self]] = NaturalKeyManager("slug")

    class Meta:
        ordering = ["slug"]
        verbose_name = pgettext_lazy("one of them", "term")
        verbose_name_plural = _("terms")
        constraints = [
            CheckConstraint(
                condition=~Q(source_url="") | Q(line__isnull=False), name="term_has_source"
            ),
        ]

    def __str__(self) -> str:
        return self.term or self.slug

    def clean(self) -> None:
        super().clean()
        check_address(self, "glossary:detail", "slug")

    def get_absolute_url(self) -> str:
        return cached_reverse("glossary:detail", self.slug)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def names(self, language: str) -> list[str]:
        """Return all names of the term in a language: the preferred one, acronyms, other forms."""
        acronyms = [name.strip() for name in self.acronym.split(",")]
        forms = (getattr(self, f"forms_{language}") or "").split("\n")
        preferred = getattr(self, f"term_{language}") or ""
        return [name for name in [preferred, *acronyms, *forms] if name.strip()]


class Headword(models.Model):
    """Where a dictionary in a language has a term: under which letter, and in what order there.

    It follows from the name of the term (library/glossary/headwords.py). `letter` is one of
    alphabet(language) in library/glossary/letters.py; code points order `sort_key`.
    """

    is_backed_up = False  # made from the terms

    # Deleted with the term by update_after_revision(): the form for deleting does not list it.
    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="headwords")
    language = models.CharField(max_length=8)
    letter = models.CharField(max_length=8)
    sort_key = WordField(max_length=250)

    class Meta:
        ordering = ["sort_key", "term"]
        default_permissions = []
        indexes = [
            models.Index(fields=["language", "letter", "sort_key"], name="headword_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["term", "language"], name="headword_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.letter}: {self.sort_key}"
