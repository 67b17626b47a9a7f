"""The source documents, their lines, and the corrections of lines and notes on them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from languages.cached_reverse import cached_reverse
from languages.languages import autonym
from library import codes, transcription
from library.models.content import ContentModel, NaturalKeyManager, natural_key_dependencies
from library.preview import visibility_filter

# Those of INTERPOL and of the United Nations, and Portuguese.
VERSION_LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "zh-hans")


class DocumentManager(NaturalKeyManager["Document"]):
    """Manager of the documents."""

    def published(self) -> models.QuerySet["Document"]:
        """Return the documents whose page readers may see, or that this request previews."""
        return self.filter(visibility_filter(self.model))


class DocumentPartManager[M: models.Model](NaturalKeyManager[M]):
    """Manager of what belongs to a document, to which the first look-up leads."""

    def published(self) -> models.QuerySet[M]:
        """Return what belongs to published documents."""
        document = self.lookups[0].removesuffix("__slug")
        return self.filter(**{f"{document}__is_published": True})


class Document(ContentModel):
    """A source document, word for word in the language in which it was issued.

    Its lines never change; what is said about it can be edited. One that is taken in is a draft
    until somebody publishes it, and so are all texts that cite it.
    """

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
    publisher = models.CharField(_("published by"), max_length=150, blank=True)
    source_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.RESTRICT,
        verbose_name=_("new edition of"),
        related_name="replaced_by",
        null=True,
        blank=True,
        help_text=_("The document whose next edition it is; readers are led from it to this one."),
    )
    is_published = models.BooleanField(_("published"), default=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    ends_with_newline = models.BooleanField(_("ends with a line break"), default=False)

    objects: ClassVar[DocumentManager] = DocumentManager("slug")

    class Meta:
        ordering = ["number"]
        verbose_name = pgettext_lazy("one of them", "document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.short_title or self.slug

    def is_public(self) -> bool:
        return self.is_published

    def get_absolute_url(self) -> str:
        return cached_reverse("library:document", self.slug)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        super().clean()
        check_replaced(self)

    @property
    def year(self) -> int:
        """The year in which it was issued, 0 where it is not known."""
        return int(self.issued[:4] or 0)

    @classmethod
    def container_lookup_prefix(cls) -> str:
        """Return "": a document is published by itself, as a container is."""
        return ""

    def verbatim(self) -> bytes:
        """Return the bytes of the document's file, put together from its lines, in UTF-8."""
        text = "\n".join(self.lines.values_list("text", flat=True))
        return (text + "\n" * self.ends_with_newline).encode()

    def is_intact(self) -> bool:
        """Whether the lines still have the SHA-256 of the document's file."""
        return sha256(self.verbatim()).hexdigest() == self.sha256


def check_replaced(record: Any) -> None:
    """Raise ValidationError where a record would be an edition of itself, by some steps or none."""
    earlier, seen = record.replaces, {record.pk}
    while earlier is not None:
        if earlier.pk in seen:
            raise ValidationError({"replaces": _("It cannot be a new edition of itself.")})
        seen.add(earlier.pk)
        earlier = earlier.replaces


def version_languages() -> list[tuple[str, str]]:
    """Return the choices of languages of official versions: codes and their own names."""
    return [(code, autonym(code)) for code in VERSION_LANGUAGES]


class OfficialVersion(ContentModel):
    """The page of a document, or of a part of it, that its publisher has in another language."""

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("document"), related_name="official_versions"
    )
    language = models.CharField(_("language"), max_length=8, choices=version_languages)
    url = models.URLField(_("address"), max_length=500)

    objects: ClassVar[DocumentPartManager[Self]] = DocumentPartManager("document__slug", "url")

    class Meta:
        ordering = ["document", "language", "id"]
        verbose_name = _("official version")
        verbose_name_plural = _("official versions")
        constraints = [
            UniqueConstraint(fields=["document", "url"], name="official_version_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_language_display()}"

    def is_public(self) -> bool:
        return self.document.is_published

    @natural_key_dependencies("library.document")
    def natural_key(self) -> tuple[str, str]:
        return (self.document.slug, self.url)


class Line(ContentModel):
    """A line of a document, exactly as in the file and read-only for all; numbers begin with 1.

    `boilerplate` is the reason why a line is not content (a repeated cover title, the leftover of a
    web page); it is empty for all other lines.
    """

    is_source = True
    verbatim_fields = ("text",)

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("document"), related_name="lines"
    )
    # For its template, the page of a document sets the passages that cite the line.
    used_in: Sequence[codes.Coded]

    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"), blank=True)
    boilerplate = models.CharField(_("why it is no content"), max_length=250, blank=True)

    objects: ClassVar[DocumentPartManager[Self]] = DocumentPartManager("document__slug", "number")

    class Meta:
        ordering = ["document", "number"]
        verbose_name = pgettext_lazy("one of them", "line")
        verbose_name_plural = _("lines")
        constraints = [
            UniqueConstraint(fields=["document", "number"], name="line_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="line_number_from_1"),
        ]

    def __str__(self) -> str:
        return self.label(self.excerpt)

    def label(self, text: str) -> str:
        """Return the document, the line number and a text as one label."""
        return gettext("%(document)s, line %(number)d: %(text)s") % {
            "document": self.document,
            "number": self.number,
            "text": text,
        }

    def is_public(self) -> bool:
        return self.document.is_published

    def get_absolute_url(self) -> str:
        return f"{self.document.get_absolute_url()}#L{self.number}"

    @natural_key_dependencies("library.document")
    def natural_key(self) -> tuple[str, int]:
        return (self.document.slug, self.number)

    @property
    def is_blank(self) -> bool:
        """Whether the line has nothing but white space."""
        return not self.text.strip()

    @property
    def excerpt(self) -> str:
        """The first 60 characters, with “…” where the line is longer."""
        return self.text if len(self.text) <= 60 else f"{self.text[:60]}…"

    @property
    def wording(self) -> str:
        """The text without the bullet or numeral before it."""
        return transcription.without_marker(self.text)


class Correction(ContentModel):
    """An error in a line (`original`), and the words that the portal has instead (`reading`)."""

    class Certainty(models.TextChoices):
        """How certain the correction is."""

        SURE = "sure", _("plain error")
        LIKELY = "likely", _("likely reading")

    line = models.ForeignKey(
        Line, models.CASCADE, verbose_name=_("line"), related_name="corrections"
    )
    original = models.CharField(_("as in the document"), max_length=250)
    reading = models.CharField(_("read as"), max_length=250, blank=True)
    certainty = models.CharField(_("certainty"), max_length=8, choices=Certainty)
    reason = models.CharField(_("reason"), max_length=250)

    objects: ClassVar[DocumentPartManager[Self]] = DocumentPartManager(
        "line__document__slug", "line__number", "original"
    )

    class Meta:
        ordering = ["line", "id"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            UniqueConstraint(fields=["line", "original"], name="correction_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.original}"

    def is_public(self) -> bool:
        return self.line.is_public()

    @natural_key_dependencies("library.line")
    def natural_key(self) -> tuple[str, int, str]:
        return (*self.line.natural_key(), self.original)


class Note(ContentModel):
    """An editorial note on a line: a later change of the facts, or a contradiction; with source."""

    line = models.ForeignKey(Line, models.CASCADE, verbose_name=_("line"), related_name="notes")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    text = models.TextField(_("text"))
    year = models.PositiveSmallIntegerField(_("year"))
    source_url = models.URLField(_("page of the source"), max_length=500)

    objects: ClassVar[DocumentPartManager[Self]] = DocumentPartManager(
        "line__document__slug", "line__number", "number"
    )

    class Meta:
        ordering = ["line", "number"]
        verbose_name = _("editorial note")
        verbose_name_plural = _("editorial notes")
        constraints = [
            UniqueConstraint(fields=["line", "number"], name="note_number_unique"),
            CheckConstraint(condition=Q(number__gte=1), name="note_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.number}"

    def is_public(self) -> bool:
        return self.line.is_public()

    @natural_key_dependencies("library.line")
    def natural_key(self) -> tuple[str, int, int]:
        return (*self.line.natural_key(), self.number)
