"""The tables of the search index, of its vocabulary, and of queries without results."""

from collections.abc import Collection, Iterable
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from languages import array_lookup  # noqa: F401  (registers the lookup)

if TYPE_CHECKING:
    # What fields take and give; Django's own classes accept no type arguments.
    _CharField = models.CharField[str | Combinable, str]
    _TextField = models.TextField[str | Combinable, str]
else:
    _CharField, _TextField = models.CharField, models.TextField


class WordField(_CharField):
    """A word, compared and ordered by code points on either database, in any language."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class TermsField(_TextField):
    """Terms with spaces between them; search/lookups.py gives it the lookup `match`."""


class LegibleJson(JSONEncoder):
    """Writes Arabic letters unescaped, in a third of the space."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class RawDeleteQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that no foreign key points to and whose deletion no signal receiver needs."""

    def remove(self) -> None:
        """Delete the rows by one statement, without reading them or sending signals."""
        self._raw_delete(self.db)

    # Templates must not call it. Functions have no such attribute for mypy.
    remove.alters_data = True  # type: ignore[attr-defined]


class SearchEntry(models.Model):
    """An entry of the index: the terms of one record in all languages, and its texts for results.

    `kind` is the label of the record's model, `record` its primary key. `texts` maps each language
    to a title and a text. `place` has the parts of the address that a result leads to. The format
    of `terms` is in search/entries.py. `audience` is empty for a public entry, else the label of a
    model: only people who may view its records see the entry. `digest` is a hash of the values that
    the entry was made from; the entry is stale if its record now gives another one.
    """

    is_backed_up = False  # made from the content

    kind = models.CharField(max_length=64)
    record = models.BigIntegerField()
    audience = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=64, blank=True)
    texts = models.JSONField(encoder=LegibleJson)
    place = models.JSONField()
    terms = TermsField()
    digest = models.CharField(max_length=64)

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record"], name="search_entry_unique")
        ]

    def __str__(self) -> str:
        return self.code or f"{self.kind} {self.record}"


class VocabularyQuerySet[M: models.Model](RawDeleteQuerySet[M]):
    """Rows of the vocabulary, whose frequencies are added up."""

    def known_to(
        self, audiences: Collection[str], *columns: str | models.Aggregate, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """Return (*columns, frequency) of what stands in entries of some audiences.

        The frequency is the number of these entries. At most `limit` rows are returned, the
        commonest first, then in the order of the first column.
        """
        return list(self.frequencies(audiences, *columns)[:limit])

    def frequencies(
        self, audiences: Iterable[str], *columns: str | models.Aggregate
    ) -> models.QuerySet[Any, Any]:
        """Return the query of known_to()."""
        rows = self.filter(audience__among=audiences).values_list(*columns)
        known = rows.annotate(total=models.Sum("frequency")).filter(total__gt=0)
        return known.order_by("-total", columns[0])


class SearchTerm(models.Model):
    """A term of the entries of one audience: the number of these entries, and its skeleton.

    Transactions that overlap may each leave a row for a term. Their sum counts, so a frequency may
    be negative; search/vocabulary_writer.py makes the rows one again.
    """

    is_backed_up = False  # made from the content

    term = WordField(max_length=250)
    audience = models.CharField(max_length=64, blank=True)
    skeleton = WordField(max_length=40, blank=True)
    frequency = models.IntegerField()

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["term", "audience"], name="search_term_audience"),
            models.Index(fields=["skeleton"], name="search_term_skeleton"),
        ]

    def __str__(self) -> str:
        return self.term


class SearchWord(models.Model):
    """A word as entries of one audience have it, for completions and corrections.

    `base` is its normal form without the article, `display` a common spelling and `frequency` the
    number of entries that have it. There may be several rows, as of a SearchTerm.
    """

    is_backed_up = False  # made from the content

    base = WordField(max_length=40)
    audience = models.CharField(max_length=64, blank=True)
    display = WordField(max_length=80)
    frequency = models.IntegerField()

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["base", "audience"], name="search_word_audience")]

    def __str__(self) -> str:
        return self.display


class DeletionKey(models.Model):
    """A key of the spelling correction: a word, or the word without one of its letters.

    A misspelt word and the right one share a key. See search/spelling.py. Keys of words that no
    entry has any more stay until the vocabulary is made anew: alone, they lead to nothing.
    """

    is_backed_up = False  # made from the content

    pk = models.CompositePrimaryKey("key", "base")
    key = WordField(max_length=40)
    base = WordField(max_length=40)

    objects = RawDeleteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.key}: {self.base}"


class UnansweredQuery(models.Model):
    """A query without results and how often it was asked, but not by whom."""

    text = models.CharField(_("query"), max_length=100)
    language = models.CharField(_("language"), max_length=8)
    count = models.PositiveIntegerField(_("times asked"), default=1)
    last_asked = models.DateField(_("last asked"), auto_now=True)

    class Meta:
        ordering = ["-count", "text"]
        verbose_name = _("query that found nothing")
        verbose_name_plural = _("queries that found nothing")
        constraints = [
            models.UniqueConstraint(fields=["text", "language"], name="unanswered_query_unique")
        ]

    def __str__(self) -> str:
        return self.text
