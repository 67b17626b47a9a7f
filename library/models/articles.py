"""Articles and their paragraphs."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from library.models.citing import Container, NestedStatement
from library.models.documents import Document, Line


class ArticleKind(models.TextChoices):
    """The kinds of articles, which readers see above the title."""

    INTRODUCTION = "introduction", _("introduction")
    FRAMEWORK = "framework", _("strategy")
    PAGE = "page", _("page of INTERPOL’s website")
    NEWS = "news", _("news item")


class Article(Container):
    """A container of paragraphs: an introduction, the strategic framework, a news item."""

    page = "library:article"

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

    class Meta:
        ordering = ["number"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def first_code(self) -> str:
        """Return ART and the number, as in ART 7."""
        return f"ART {self.number}"

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
