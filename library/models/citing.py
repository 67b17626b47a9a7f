"""Abstract models of what has a code: containers, their statements, and other parts of a page."""

from collections.abc import Sequence
from itertools import count
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from history.models import State
from languages.cached_reverse import cached_reverse
from languages.languages import source_language, text_in_language
from library import codes
from library.models.content import ContentModel, ContentQuerySet
from library.models.documents import Document, Line
from library.models.registry import RegisteredCode, check_address
from library.preview import visibility_filter


# For the ignored error see ContentQuerySet.
class CitedQuerySet[M: Cited](ContentQuerySet[M]):  # type: ignore[override]
    """Queryset and manager of cited models."""

    def published(self) -> Self:
        """Limit to records whose page readers may see, or that this request previews."""
        return self.filter(visibility_filter(self.model))

    def with_sources(self) -> Self:
        """Fetch the line of each record, its document and its corrections too (one more query)."""
        return self.select_related("line__document").prefetch_related("line__corrections")

    def get_by_natural_key(self, key: str) -> M:
        """Return the record with this value of `key_field`; raises DoesNotExist."""
        return self.get(**{self.model.key_field: key})


BaseCitedManager = models.Manager.from_queryset(CitedQuerySet)


class CitedManager[M: Cited](BaseCitedManager[M]):
    """Manager of cited models."""


code_validator = RegexValidator(
    codes.PATTERN, _("A code is capital letters, then numbers with full stops, as in GPG 1.3.")
)


class Cited(codes.Coded, ContentModel):
    """A text that was taken from a line of a document, with a permanent code.

    `cited_field` names the field with this text, `container_field` the relation to its container
    ("" for a container), `key_field` the field that is its natural key in fixtures.
    Concrete models have first_code().
    """

    cited_field = "title"
    container_field = ""
    key_field = "code"

    code = models.CharField(
        _("code"), max_length=32, unique=True, blank=True, validators=[code_validator]
    )
    line: models.ForeignKey[Line, Line | None] = models.ForeignKey(
        Line, models.PROTECT, verbose_name=_("line"), related_name="%(class)ss"
    )

    objects: ClassVar[CitedManager[Self]] = CitedManager()

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        self.code = self.code or self.first_code()
        super().save(**options)

    def first_code(self) -> str:
        """Return the code that a new record gets."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        code = self.code or self.first_code()
        holder = RegisteredCode.objects.filter(code=code).first()
        if holder and not self.may_take(holder):
            raise ValidationError(
                _(
                    "The code %(code)s has been given, and no code is given twice. Please choose "
                    "another number, or bring the former record back from the history."
                ),
                params={"code": code},
            )

    def may_take(self, holder: RegisteredCode) -> bool:
        """Whether this record has a registered code, or may have it back.

        A file that names the code of a deleted record brings this record back.
        """
        model = type(self)
        if holder.model != model._meta.label_lower:
            return False
        is_free = not model._base_manager.filter(pk=holder.record).exists()
        return holder.record == self.pk or (bool(self.code) and is_free)

    def natural_key(self) -> tuple[str | int, ...]:
        return (getattr(self, self.key_field),)

    @classmethod
    def container_lookup_prefix(cls) -> str:
        """Return the prefix of look-ups of the container's fields: "goal__", "" for a container."""
        return f"{cls.container_field}__" if cls.container_field else ""

    @property
    def source_document(self) -> Document | None:
        """The document of the line; None for a text that has a public source instead of a line."""
        return self.line.document if self.line else None

    @property
    def source_language_text(self) -> str:
        """The text in the language of the documents; verify_content compares it with the line."""
        return text_in_language(self, self.cited_field, source_language())

    @cached_property
    def original(self) -> str:
        """The wording of the line where the text differs from it, else ""."""
        if self.line is None or self.line.wording == self.source_language_text:
            return ""
        return self.line.wording


class PagePart(codes.Coded, ContentModel):
    """A record that stands on the page of a container, and has a code that follows from its fields.

    `cited_field` names the field with its text, `container_field` the relation to its container.
    """

    cited_field = container_field = ""

    class Meta:
        abstract = True

    @classmethod
    def code_in_state(cls, state: State, container_code: str) -> str:
        """Return the code of a record with these values of its columns."""
        raise NotImplementedError

    def is_public(self) -> bool:
        container: Container = getattr(self, self.container_field)
        return container.is_published

    @classmethod
    def container_lookup_prefix(cls) -> str:
        """Return the prefix of look-ups of the container's fields."""
        return f"{cls.container_field}__"


class Container(Cited):
    """A title with a page of its own, on which its statements stand: a goal, theme, round, article.

    `page` is the URL name of that page, `key_field` names the field that is its argument.
    """

    key_field = "slug"
    page = ""
    is_being_published = False  # while a form publishes it

    title = models.CharField(_("title"), max_length=250)
    is_published = models.BooleanField(_("published"), default=False)
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("A draft is published by itself at this time."),
    )
    unpublish_at = models.DateTimeField(
        _("hide at"),
        null=True,
        blank=True,
        help_text=_("A published page is hidden by itself at this time."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}. {self.title or ''}".strip()

    def clean(self) -> None:
        super().clean()
        check_address(self, self.page, self.key_field)
        if (getattr(self, "number", None) or 0) >= codes.MIN_YEAR:
            raise ValidationError({"number": _("The number has at most three digits.")})

    def is_public(self) -> bool:
        return self.is_published

    def get_absolute_url(self) -> str:
        return cached_reverse(self.page, *self.natural_key())


class Statement(Cited):
    """A numbered sentence or paragraph in a container."""

    cited_field = "text"
    # For templates: only some models have these fields, and nest_statements() sets `nested`.
    kind = marker = ""
    nested: Sequence["Statement"] = ()

    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"{self.container.get_absolute_url()}#{self.anchor}"

    @property
    def container(self) -> Container:
        """The record on whose page the statement stands."""
        container: Container = getattr(self, self.container_field)
        return container

    def is_public(self) -> bool:
        return self.container.is_published

    def first_code(self) -> str:
        """Return the first free code under the container's code, from this number on."""
        return self.free_code(self.container.code or self.container.first_code())

    def free_code(self, parent_code: str) -> str:
        """Return the first code under `parent_code` that was never given, from this number on."""
        taken = {
            code
            for rows in (type(self).objects, RegisteredCode.objects)
            for code in rows.filter(code__startswith=parent_code).values_list("code", flat=True)
        }
        candidates = (codes.child_code(parent_code, number) for number in count(self.number))
        return next(code for code in candidates if code not in taken)


class NestedStatement(Statement):
    """A statement that may have a parent, such as a point under the sentence that opens a list."""

    parent_id: int | None
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

    def first_code(self) -> str:
        """Return the first free code under the parent's or container's code."""
        if self.parent:
            return self.free_code(self.parent.code)
        return super().first_code()
