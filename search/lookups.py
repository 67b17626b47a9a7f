"""The database lookup `match` of terms, and searches of the administration that use it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, Lookup, OuterRef
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpRequest

from search.engine import build_search_expression
from search.entries import PUBLIC, restricted_audience, user_audiences
from search.models import SearchEntry, TermsField
from search.query import truncate_query
from search.schema import INDEX

if TYPE_CHECKING:
    from django.contrib import admin

    # The mixins stand before ModelAdmin, whose attributes and methods they use.
    _AdminBase = admin.ModelAdmin[Any]
else:
    _AdminBase = object


@TermsField.register_lookup
class Match(Lookup):
    """Matches an expression of search/fulltext_query.py: filter(terms__match=expression)."""

    lookup_name = "match"
    prepare_rhs = False

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[str]]:
        subquery = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608
        return f'{self.table(compiler)}."id" IN ({subquery})', [self.rhs.fts5()]

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[str]]:
        return f'{self.table(compiler)}."vector" @@ %s::tsquery', [self.rhs.tsquery()]

    def table(self, compiler: SQLCompiler) -> str:
        return compiler.quote_name(self.lhs.alias)


def matching_records(
    model: type[models.Model], raw_query: str
) -> models.QuerySet[SearchEntry, Mapping[str, object]] | None:
    """Return a queryset of the primary keys of a model's records with all words of a query.

    It is for people who may view all of them. Returns None if the query, as a person typed it, has
    no words.
    """
    expression = build_search_expression(raw_query, [PUBLIC, restricted_audience(model)])
    if expression is None:
        return None
    entries = SearchEntry.objects.filter(kind=model._meta.label_lower, terms__match=expression)
    return entries.values("record")


class AnalysedSearch(_AdminBase):
    """Mixin of an admin class: it finds records by their words in any form and language.

    `search_relations` names relations to other models with an index, whose records' words count
    too.
    """

    search_fields = ["pk"]  # the admin shows no search field without one
    search_relations: Sequence[str] = []

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        record_keys = matching_records(self.model, search_term)
        if record_keys is None:
            return (queryset.none() if search_term.strip() else queryset), False
        records = queryset.filter(pk__in=record_keys)
        for name in self.search_relations:
            # Any: for mypy, get_field() may return a field that is not a relation.
            relation: Any = self.model._meta.get_field(name)
            related_records = relation.related_model._base_manager.filter(
                pk__in=matching_records(relation.related_model, search_term)
            )
            records |= queryset.filter(pk__in=related_records.values(relation.field.attname))
        return records, False


class BoundedSearch(_AdminBase):
    """Mixin of an admin class that searches columns: it limits the query's length and words.

    Each word is one condition for each column, and databases accept only some hundreds of them.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, truncate_query(search_term))


class RecordedSearch(BoundedSearch):
    """Mixin of an admin class whose rows name a record by `model` and `record`.

    It finds rows by the words of the record too, in any form and language; rows of deleted records
    are found by their columns alone.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        expression = build_search_expression(search_term, user_audiences(request.user))
        if expression is None:
            return rows, may_repeat
        entries = SearchEntry.objects.filter(
            kind=OuterRef("model"), record=OuterRef("record"), terms__match=expression
        )
        return rows | queryset.filter(Exists(entries)), may_repeat
