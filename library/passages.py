"""Passages: all published titles and statements of all models, as rows of one union query."""

from collections import namedtuple
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.apps import apps
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from languages.cached_reverse import cached_reverse
from languages.languages import Text, language_codes, localized
from library import codes
from library.models import Container, Statement
from library.preview import visibility_filter

# title_ar, title_en, text_ar, text_en
TEXT_COLUMNS = [f"{name}_{code}" for name in ("title", "text") for code in language_codes()]


if TYPE_CHECKING:

    class PassageRow(NamedTuple):
        """A row of the query; after these columns come the TEXT_COLUMNS."""

        code: str
        line: int | None
        model: str
        page: str
        key: str
        container: str

else:
    PassageRow = namedtuple(
        "PassageRow", ["code", "line", "model", "page", "key", "container", *TEXT_COLUMNS]
    )


class Passage(codes.Coded, PassageRow):
    """A title or a statement, with the columns that are needed to find and to cite it.

    `line` is the primary key of its line or None, `model` the label of its model in small
    letters, `container` the code of its container (its own for a title). `page` is the URL name of
    the container's page, `key` the argument of it. `title_*` is the title of the container,
    `text_*` its own text.
    """

    __slots__ = ()

    @property
    def is_container(self) -> bool:
        """Whether this is the title of a container."""
        return self.code == self.container

    def get_absolute_url(self) -> str:
        page = cached_reverse(self.page, self.key)
        return page if self.is_container else f"{page}#{self.anchor}"

    @property
    def text(self) -> Text:
        """Its own text, in the reader's language or another."""
        return localized(self, "text")

    @property
    def title(self) -> Text:
        """The title of its container, in the reader's language or another."""
        return localized(self, "title")


def passage_models() -> list[type[Container | Statement]]:
    """Return all models of containers and statements, by their label."""
    models = [model for model in apps.get_models() if issubclass(model, Container | Statement)]
    return sorted(models, key=lambda model: model._meta.label)


def cited_lines(**lookups: Any) -> set[int | None]:
    """Return the keys of the lines that titles and statements cite, drafts too; None for no line.

    `lookups` filter the titles and statements by the fields of every Cited model.
    """
    return {
        line
        for model in passage_models()
        for line in model._base_manager.filter(**lookups).values_list("line", flat=True)
    }


def passage_rows(
    model: type[Container | Statement], **lookups: Any
) -> QuerySet[Any, tuple[Any, ...]]:
    """Return a queryset of the published records of a model, as tuples for PassageRow."""
    prefix = model.container_lookup_prefix()
    relation = model.container_field
    container = cast(
        type[Container], model._meta.get_field(relation).related_model if relation else model
    )
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
    # Past the manager of django-modeltranslation, which puts the columns in an order of its own.
    published: QuerySet[Any] = (
        QuerySet(model).filter(visibility_filter(model), **lookups).order_by()
    )
    rows: QuerySet[Any, tuple[Any, ...]] = published.annotate(**columns).values_list(
        "code", "line_id", *columns
    )
    return rows


def passages(
    models: Iterable[type[Container | Statement]] | None = None, **lookups: Any
) -> list[Passage]:
    """Return the published Passages of some models (all where none are given), sorted by code.

    `lookups` filter them by the fields of every Cited model: code, line, line__document. It takes
    one query.
    """
    rows = union(passage_rows(model, **lookups) for model in models or passage_models())
    return sorted_passages(rows)


def passages_of_containers(container_codes: Iterable[str]) -> list[Passage]:
    """Return the published Passages on the pages of some containers, sorted by code."""
    wanted = list(container_codes)
    rows = union(
        passage_rows(model, **{f"{model.container_lookup_prefix()}code__among": wanted})
        for model in passage_models()
    )
    return sorted_passages(rows)


def union(
    querysets: Iterable[QuerySet[Any, tuple[Any, ...]]],
) -> QuerySet[Any, tuple[Any, ...]]:
    """Return the rows of some results of passage_rows() as those of one query."""
    first, *others = querysets
    return first.union(*others, all=True).order_by()


def sorted_passages(rows: Iterable[tuple[Any, ...]]) -> list[Passage]:
    """Return the Passages of rows of passage_rows(), sorted by code."""
    unsorted = [Passage(*row) for row in rows]
    return sorted(unsorted, key=lambda passage: codes.sort_key(passage.code))
