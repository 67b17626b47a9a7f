"""The look-up that finds entries in any list: SearchEntry.objects.filter(terms__match=...)."""

from django.db.models import Exists, Lookup, OuterRef

from search.engine import search_expression
from search.models import SearchEntry, TermsField
from search.query import within_bounds
from search.schema import INDEX


@TermsField.register_lookup
class Match(Lookup):
    """Whether an entry's terms match an expression of search/fulltext_query.py."""

    lookup_name = "match"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        found = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608
        return f'{self.table(compiler)}."id" IN ({found})', [self.rhs.fts5()]

    def as_postgresql(self, compiler, connection):
        return f'{self.table(compiler)}."vector" @@ %s::tsquery', [self.rhs.tsquery()]

    def table(self, compiler):
        return compiler.quote_name(self.lhs.alias)


def matching_records(model, typed):
    """Return the keys of a model's records that have all words of what somebody typed.

    Returns None where nothing was typed that could be searched for.
    """
    found = search_expression(typed)
    if found is None:
        return None
    entries = SearchEntry.objects.filter(kind=model._meta.label_lower, terms__match=found)
    return entries.values("record")


class AnalysedSearch:
    """Mixed into an admin class: its search finds words in whatever form, in either language.

    `searched_in` names relations to other searchable records whose words count too.
    """

    search_fields = ["pk"]  # the admin shows no search field without one
    searched_in = []

    def get_search_results(self, request, queryset, search_term):
        found = matching_records(self.model, search_term)
        if found is None:
            return (queryset.none() if search_term.strip() else queryset), False
        records = queryset.filter(pk__in=found)
        for relation in self.searched_in:
            related = self.model._meta.get_field(relation)
            within = related.related_model._base_manager.filter(
                pk__in=matching_records(related.related_model, search_term)
            )
            records |= queryset.filter(pk__in=within.values(related.field.attname))
        return records, False


class BoundedSearch:
    """Mixed into an admin class that searches its columns: however much is typed, it is bounded.

    Each word is a condition of its own for each column, of which a database takes some hundreds.
    """

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, within_bounds(search_term))


class RecordedSearch(BoundedSearch):
    """Mixed into an admin class of what was done to records (`model`, `record`).

    It finds a record by its words in either language too; what is gone, by its columns alone.
    """

    def get_search_results(self, request, queryset, search_term):
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        found = search_expression(search_term)
        if found is None:
            return rows, may_repeat
        entries = SearchEntry.objects.filter(
            kind=OuterRef("model"), record=OuterRef("record"), terms__match=found
        )
        return rows | queryset.filter(Exists(entries)), may_repeat
