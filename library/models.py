"""Source documents, what quotes them, articles and the glossary."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from library import codes, readings


class NaturalKeyManager(models.Manager):
    """Finds a record by what fixtures call it: the values of these look-ups, in order."""

    def __init__(self, *lookups):
        super().__init__()
        self.lookups = lookups

    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.lookups, key, strict=True)))


class Document(models.Model):
    """A source document, kept word for word in the language that it was issued in."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("address"), unique=True)
    title = models.CharField(_("title"), max_length=250)
    short_title = models.CharField(_("short title"), max_length=80)
    dating = models.CharField(_("date, in words"), max_length=250)
    # As precise as the document is: 2024-07-17, 2023-10, or nothing.
    issued = models.CharField(
        _("issued"), max_length=10, blank=True, validators=[RegexValidator(r"^\d{4}(-\d\d){0,2}$")]
    )
    language = models.CharField(_("language"), max_length=8, default="ar")
    source_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    counterpart_url = models.URLField(
        _("page of the English counterpart"), max_length=500, blank=True
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    ends_with_newline = models.BooleanField(_("ends with a line break"), default=False)

    objects = NaturalKeyManager("slug")

    class Meta:
        ordering = ["number"]
        verbose_name = pgettext_lazy("one of them", "document")
        verbose_name_plural = _("documents")

    def __str__(self):
        return self.short_title or self.slug

    def get_absolute_url(self):
        return reverse("library:document", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    def verbatim(self):
        """Return the bytes of the file that the lines were read from."""
        text = "\n".join(self.lines.values_list("text", flat=True))
        return (text + "\n" * self.ends_with_newline).encode()

    def is_intact(self):
        return sha256(self.verbatim()).hexdigest() == self.sha256


class Line(models.Model):
    """One line of a document, exactly as it stands there, counted from 1.

    `furniture` is the reason why a line is no content (a repeated cover title, the
    leftover of a web page); it is empty for a line that says something.
    """

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("document"), related_name="lines"
    )
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"), blank=True)
    furniture = models.CharField(_("why it is no content"), max_length=250, blank=True)

    objects = NaturalKeyManager("document__slug", "number")

    class Meta:
        ordering = ["document", "number"]
        verbose_name = pgettext_lazy("one of them", "line")
        verbose_name_plural = _("lines")
        constraints = [
            UniqueConstraint(fields=["document", "number"], name="line_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="line_number_from_1"),
        ]

    def __str__(self):
        return f"{self.document}, {self.number}: {self.excerpt}"

    def get_absolute_url(self):
        return f"{self.document.get_absolute_url()}#L{self.number}"

    def natural_key(self):
        return (self.document.slug, self.number)

    natural_key.dependencies = ["library.document"]

    @property
    def is_blank(self):
        return not self.text.strip()

    @property
    def excerpt(self):
        """The beginning of the line, to tell it from others."""
        return self.text if len(self.text) <= 60 else f"{self.text[:60]}…"

    @property
    def wording(self):
        """The words of the line, without the bullet or numeral that stands before them."""
        return readings.without_marker(self.text)


class Correction(models.Model):
    """A slip in a line, and what the portal reads in its place."""

    class Certainty(models.TextChoices):
        SURE = "sure", _("plain error")
        LIKELY = "likely", _("likely reading")

    line = models.ForeignKey(
        Line, models.CASCADE, verbose_name=_("line"), related_name="corrections"
    )
    original = models.CharField(_("as in the document"), max_length=250)
    reading = models.CharField(_("read as"), max_length=250, blank=True)
    certainty = models.CharField(_("certainty"), max_length=8, choices=Certainty)
    reason = models.CharField(_("reason"), max_length=250)

    objects = NaturalKeyManager("line__document__slug", "line__number", "original")

    class Meta:
        ordering = ["line", "id"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            UniqueConstraint(fields=["line", "original"], name="correction_unique"),
        ]

    def __str__(self):
        return f"{self.line}: {self.original}"

    def natural_key(self):
        return (*self.line.natural_key(), self.original)

    natural_key.dependencies = ["library.line"]


class CitedQuerySet(models.QuerySet):
    def published(self):
        return self.filter(**{f"{self.model.publisher()}is_published": True})

    def with_sources(self):
        """What a template follows to show the citation of each record."""
        return self.select_related("line__document").prefetch_related("line__corrections")

    def get_by_natural_key(self, key):
        return self.get(**{self.model.key_field: key})


code_validator = RegexValidator(
    codes.PATTERN, _("A code is capital letters, then numbers with full stops, as in GPG 1.3.")
)


class Cited(models.Model):
    """Whatever takes its words from a line of a document.

    Its code never changes: people cite it. `cited_field` names the text that was taken
    over from the line, `container_field` the record on whose page this one stands,
    `key_field` what fixtures call a record by.
    """

    cited_field = "title"
    container_field = ""
    key_field = "code"

    code = models.CharField(
        _("code"), max_length=32, unique=True, blank=True, validators=[code_validator]
    )
    line = models.ForeignKey(
        Line, models.PROTECT, verbose_name=_("line"), related_name="%(class)ss"
    )

    objects = CitedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **options):
        self.code = self.code or self.first_code()
        super().save(**options)

    def clean(self):
        super().clean()
        if not self.code:
            code = self.first_code()
            if type(self).objects.filter(code=code).exists():
                raise ValidationError(
                    _("The code %(code)s is taken. Please choose another number."),
                    params={"code": code},
                )

    def natural_key(self):
        return (getattr(self, self.key_field),)

    @classmethod
    def publisher(cls):
        """The prefix of look-ups that leads to the record which is published or not."""
        return f"{cls.container_field}__" if cls.container_field else ""

    @property
    def anchor(self):
        return codes.to_address(self.code)

    @property
    def permanent_address(self):
        return reverse("code", args=[self.anchor])

    @property
    def reading(self):
        """The Arabic that the portal shows."""
        return getattr(self, f"{self.cited_field}_ar") or ""

    @cached_property
    def original(self):
        """The words of the line where the portal shows others, else ""."""
        if self.line is None or self.line.wording == self.reading:
            return ""
        return self.line.wording


class Container(Cited):
    """A page of its own with statements: a goal, a theme, a round, an article.

    `page` is the name of its address, and `key_field` what stands in the address.
    """

    key_field = "slug"
    page = ""

    title = models.CharField(_("title"), max_length=250)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code}. {self.title or ''}".strip()

    def get_absolute_url(self):
        return reverse(self.page, args=self.natural_key())


class Statement(Cited):
    """A numbered sentence or paragraph in a container."""

    cited_field = "text"

    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))

    class Meta:
        abstract = True

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return f"{self.container.get_absolute_url()}#{self.anchor}"

    @property
    def container(self):
        return getattr(self, self.container_field)

    def first_code(self):
        return codes.below(self.container.code or self.container.first_code(), self.number)


class NestedStatement(Statement):
    """A statement that may stand under another, as a point under the sentence that opens it."""

    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("stands under"),
        related_name="children",
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True
        constraints = [
            UniqueConstraint(fields=["parent", "number"], name="%(class)s_child_unique"),
            CheckConstraint(condition=~Q(parent=F("id")), name="%(class)s_not_own_parent"),
        ]

    def first_code(self):
        if self.parent:
            return codes.below(self.parent.code, self.number)
        return super().first_code()


class Article(Container):
    """A text of several paragraphs: an introduction, the strategic framework, news."""

    class Kind(models.TextChoices):
        INTRODUCTION = "introduction", _("introduction")
        FRAMEWORK = "framework", _("strategy")
        PAGE = "page", _("page of INTERPOL’s website")
        NEWS = "news", _("news item")

    page = "library:article"

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("address"), unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.PAGE)
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("document"), related_name="articles"
    )
    # Two of the documents have lost their titles, which the portal gives back uncited.
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

    def first_code(self):
        return f"ART {self.number}"


class Paragraph(NestedStatement):
    """A paragraph of an article; a heading is one too, and what follows stands under it."""

    container_field = "article"

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        LEAD = "lead", _("lead")
        HEADING = "heading", _("heading")
        QUOTATION = "quotation", _("quotation")
        DATE = "date", _("date line")

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), related_name="paragraphs"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.TEXT)

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


class Term(models.Model):
    """An entry of the glossary: one concept, its names and forms in both languages."""

    class Kind(models.TextChoices):
        BODY = "body", _("body")
        SYSTEM = "system", _("system")
        INSTRUMENT = "instrument", _("instrument")
        CONCEPT = "concept", _("concept")

    slug = models.SlugField(_("address"), unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
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

    objects = NaturalKeyManager("slug")

    class Meta:
        ordering = ["slug"]
        verbose_name = pgettext_lazy("one of them", "term")
        verbose_name_plural = _("terms")
        constraints = [
            CheckConstraint(
                condition=~Q(source_url="") | Q(line__isnull=False), name="term_has_source"
            ),
        ]

    def __str__(self):
        return self.term or self.slug

    def get_absolute_url(self):
        return reverse("glossary:detail", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    def names(self, language):
        """Return every form that stands for the term in a language, the preferred one first."""
        acronyms = [name.strip() for name in self.acronym.split(",")]
        forms = (getattr(self, f"forms_{language}") or "").split("\n")
        preferred = getattr(self, f"term_{language}") or ""
        return [name for name in [preferred, *acronyms, *forms] if name.strip()]
