"""All published titles and statements of the portal as rows of one shape, from one query."""

from collections import namedtuple

from django.apps import apps
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from languages.cached_reverse import address
from languages.languages import codes as language_codes
from languages.languages import localized
from library import codes
from library.models import Container, Statement

# title_ar, title_en, text_ar, text_en
TEXTS = [f"{name}_{code}" for name in ("title", "text") for code in language_codes()]


Row = namedtuple("Row", ["code", "line", "model", "page", "key", "container", *TEXTS])


class Passage(codes.Coded, Row):
    """A title or a statement, with what it takes to find and to cite it."""

    __slots__ = ()

    @property
    def is_container(self):
        return self.code == self.container

    def get_absolute_url(self):
        page = address(self.page, self.key)
        return page if self.is_container else f"{page}#{self.anchor}"

    @property
    def text(self):
        return localized(self, "text")

    @property
    def title(self):
        """The title of the page that the passage stands on."""
        return localized(self, "title")


def quoting_models():
    """Return the models of every room whose records are titles and statements."""
    models = [model for model in apps.get_models() if issubclass(model, Container | Statement)]
    return sorted(models, key=lambda model: model._meta.label)


def rows(model, **lookups):
    """Return the published records of one model in the shape of Passage."""
    prefix = model.container_lookup_prefix()
    relation = model.container_field
    container = model._meta.get_field(relation).related_model if relation else model
    columns = {
        "passage_model": Value(model._meta.label_lower, output_field=CharField()),
        "passage_page": Value(container.page, output_field=CharField()),
        "passage_key": Cast(F(f"{prefix}{container.key_field}"), CharField(max_length=50)),
        "passage_container": F(f"{prefix}code"),
    }
    for code in language_codes():
        columns[f"passage_title_{code}"] = F(f"{prefix}title_{code}")
    for code in language_codes():
        columns[f"passage_text_{code}"] = F(f"{model.cited_field}_{code}")
    published = model.objects.published().filter(**lookups).order_by()
    return published.annotate(**columns).values_list("code", "line_id", *columns)


def passages(models=None, **lookups):
    """Return the published passages of the given models (all where none are given), by code.

    `lookups` are those that every Cited model knows: code, line, line__document.
    """
    first, *others = [rows(model, **lookups) for model in models or quoting_models()]
    found = [Passage(*row) for row in first.union(*others, all=True).order_by()]
    return sorted(found, key=lambda passage: codes.sort_key(passage.code))
