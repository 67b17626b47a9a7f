"""What quotes the documents: abstract models that every room builds on."""

from itertools import count

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from languages.cached_reverse import address
from languages.languages import in_language, source
from library import codes
from library.models.content import ContentModel, ContentQuerySet
from library.models.documents import Line
from library.preview import is_shown


class CitedQuerySet(ContentQuerySet):
    def published(self):
        return self.filter(is_shown(self.model))

    def with_sources(self):
        """Fetch what each record is compared with: its line and the corrections of it."""
        return self.select_related("line__document").prefetch_related("line__corrections")

    def get_by_natural_key(self, key):
        return self.get(**{self.model.key_field: key})


code_validator = RegexValidator(
    codes.PATTERN, _("A code is capital letters, then numbers with full stops, as in GPG 1.3.")
)


class Cited(codes.Coded, ContentModel):
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
    def container_lookup_prefix(cls):
        """The prefix of look-ups that leads to the record which is published or not."""
        return f"{cls.container_field}__" if cls.container_field else ""

    @property
    def source_document(self):
        """The document that the words come from, or None where they have a public source."""
        return self.line.document if self.line else None

    @property
    def reading(self):
        """What the portal shows in the language of the documents."""
        return in_language(self, self.cited_field, source())

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
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("A draft is published by itself at this time."),
    )

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code}. {self.title or ''}".strip()

    def get_absolute_url(self):
        return address(self.page, *self.natural_key())


class Statement(Cited):
    """A numbered sentence or paragraph in a container."""

    cited_field = "text"
    # What only some statements have.
    kind = marker = ""
    nested = ()

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
        """Return the code below its container's that is free, at its number or beyond."""
        return self.free_code(self.container.code or self.container.first_code())

    def free_code(self, above):
        taken = set(
            type(self).objects.filter(code__startswith=above).values_list("code", flat=True)
        )
        numbers = count(self.number)
        return next(code for n in numbers if (code := codes.below(above, n)) not in taken)


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
            return self.free_code(self.parent.code)
        return super().first_code()
