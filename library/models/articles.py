"""Articles and their paragraphs."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library import codes
from library.models.citing import Container, NestedStatement
from library.models.documents import Document, Line, check_replaced


class ArticleKind(models.TextChoices):
    """The kinds of articles, which readers see above the title."""

    INTRODUCTION = "introduction", _("introduction")
    FRAMEWORK = "framework", _("strategy")
    PAGE = "page", _("page of INTERPOL’s website")
    NEWS = "news", _("news item")


class Article(Container):
    """A container of paragraphs: an introduction, the strategic framework, a news item."""

    page = "library:article"
    # For its template, the list of articles sets the earlier editions.
    earlier: "list[Article]"

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("address"), unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ArticleKind, default=ArticleKind.PAGE)
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("document"), related_name="articles"
    )
    # Two documents have lost their titles; the portal gives them one without a line.
    line = models.ForeignKey(
        Line,
        models.PROTECT,
        verbose_name=_("line"),
        related_name="%(class)ss",
        null=True,
        blank=True,
    )

    replaces = models.OneToOneField(
        "self",
        models.RESTRICT,
        verbose_name=_("new edition of"),
        related_name="replaced_by",
        null=True,
        blank=True,
        help_text=_("The article whose next edition it is; readers are led from it to this one."),
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def first_code(self) -> str:
        """Return ART and the number, as in ART 7; for an edition, the first code with its year."""
        former = codes.ParsedCode.of(self.replaces.code) if self.replaces else None
        year = self.edition
        return former.in_edition(year) if former and year else f"ART {self.number}"

    def clean(self) -> None:
        super().clean()
        check_replaced(self)

    @property
    def edition(self) -> int:
        """The year of its document, 0 where it is not known."""
        return self.document.year if self.document_id else 0

    @property
    def source_document(self) -> Document:
        """The document, which an article has without a line too."""
        return self.document


class ParagraphKind(models.TextChoices):
    """The kinds of paragraphs, by which a page chooses the HTML element."""

    TEXT = "text", _("text")
    LEAD = "lead", _("lead")
    HEADING = "heading", _("heading")
    QUOTATION = "quotation", _("quotation")
    DATE = "date", _("date line")


class Paragraph(NestedStatement):
    """A paragraph of an article. A heading is one too; it is the parent of the paragraphs below."""

    container_field = "article"

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), related_name="paragraphs"
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=ParagraphKind, default=ParagraphKind.TEXT
    )

    class Meta:
        ordering = ["article", "number", "id"]
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        constraints = [
            *NestedStatement.Meta.constraints,
            UniqueConstraint(
                fields=["article", "number"],
                condition=Q(parent=None),
                name="paragraph_number_unique",
            ),
        ]
