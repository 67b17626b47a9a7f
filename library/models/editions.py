"""Editions of goals, themes and articles, and the concordance of two editions."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from library import codes
from library.models.citing import Container, code_validator
from library.models.content import ContentModel, natural_key_dependencies
from library.models.documents import Document, DocumentPartManager

YEARS = range(1_900, 2_200)  # of editions


class EditionContainer(Container):
    """A numbered container of an edition: the goals of 2028 stand beside those of 2023.

    `scheme` begins its code. `edition` is the year of the edition, 0 where its document has no
    date. The edition with which the portal began has codes without a year (library/codes.py).
    """

    scheme = ""

    edition = models.PositiveSmallIntegerField(
        _("edition"),
        blank=True,
        default=0,
        help_text=_("Its year. It follows from the document of the line where it is empty."),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        abstract = True
        ordering = ["edition", "number"]
        constraints = [
            UniqueConstraint(
                fields=["edition", "number"],
                name="%(class)s_number_unique",
                violation_error_message=_("This edition has another one with this number."),
            ),
            CheckConstraint(condition=Q(number__gte=1), name="%(class)s_number_from_1"),
        ]

    def save(self, **options: Any) -> None:
        self.complete_edition()
        super().save(**options)

    def clean(self) -> None:
        self.complete_edition()
        super().clean()
        if self.edition and self.edition not in YEARS:
            raise ValidationError({"edition": _("Please give a year of four digits.")})

    def complete_edition(self) -> None:
        """Set the edition of a new record, or of a form that left it empty."""
        if not self.edition and (self._state.adding or self.edition is None):
            self.edition = self.default_edition()

    def default_edition(self) -> int:
        """Return the edition to which a new record belongs.

        It is that of the others with lines of its document; without such, the year of a document
        that is a new edition, or else the newest edition that there is.
        """
        if not (self.line_id and self.line):
            return 0
        document, others = self.line.document, type(self)._base_manager.exclude(pk=self.pk)
        same = others.filter(line__document=document).order_by("pk").first()
        if same:
            return same.edition
        newest = others.order_by("edition").last()
        return document.year if document.replaces_id or newest is None else newest.edition

    def first_code(self) -> str:
        """Return scheme and number, as in GPG 1, with the year of a later edition: GPG 2028.1."""
        others = type(self)._base_manager.exclude(edition=self.edition)
        is_first = all(
            (parsed := codes.ParsedCode.of(code)) is None or parsed.year is not None
            for code in others.values_list("code", flat=True)
        )
        year = None if is_first else self.edition or None
        return str(codes.ParsedCode(self.scheme, year, (str(self.number),)))


class CorrespondenceKind(models.TextChoices):
    """What became of a statement in the next edition; it follows from the rows and the wordings."""

    KEPT = "kept", pgettext_lazy("a statement", "kept")
    REWORDED = "reworded", pgettext_lazy("a statement", "reworded")
    SPLIT = "split", pgettext_lazy("a statement", "split")
    MERGED = "merged", pgettext_lazy("a statement", "merged")
    DROPPED = "dropped", pgettext_lazy("a statement", "dropped")
    NEW = "new", pgettext_lazy("a statement", "new")


class Correspondence(ContentModel):
    """What became of a statement of an edition in the next one: a row of their concordance.

    `document` is the later edition, `former` and `later` are codes of statements or titles of the
    two. A statement that was dropped has no `later`, a new one no `former`; one that was split
    has several rows, and so has one into which several were merged.
    """

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("edition"), related_name="correspondences"
    )
    former = models.CharField(
        _("code in the former edition"), max_length=32, blank=True, validators=[code_validator]
    )
    later = models.CharField(
        _("code in this edition"), max_length=32, blank=True, validators=[code_validator]
    )
    reason = models.TextField(_("reason"))

    objects: ClassVar[DocumentPartManager[Self]] = DocumentPartManager(
        "document__slug", "former", "later"
    )

    class Meta:
        ordering = ["document", "id"]
        verbose_name = _("row of a concordance")
        verbose_name_plural = _("rows of concordances")
        constraints = [
            UniqueConstraint(fields=["document", "former", "later"], name="correspondence_unique"),
            CheckConstraint(
                condition=~Q(former="") | ~Q(later=""),
                name="correspondence_has_code",
                violation_error_message=_("A row of a concordance has a code at least."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former or '–'} → {self.later or '–'}"

    def is_public(self) -> bool:
        return self.document.is_published

    @natural_key_dependencies("library.document")
    def natural_key(self) -> tuple[str, str, str]:
        return (self.document.slug, self.former, self.later)
