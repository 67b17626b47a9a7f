"""The tables of the search index, of its vocabulary, and of queries without results."""

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


class SearchTerm(models.Model):
    """A term of the index: the number of entries that have it, and its skeleton."""

    is_backed_up = False  # made from the content

    term = WordField(max_length=250, primary_key=True)
    skeleton = WordField(max_length=40, blank=True)
    frequency = models.PositiveIntegerField(default=1)

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["skeleton", "-frequency"], name="search_term_skeleton")]

    def __str__(self) -> str:
        return self.term


class SearchWord(models.Model):
    """A word as it is written, for completions and corrections.

    `base` is its normal form without the article, `term` its term, `display` its commonest spelling
    and `frequency` the number of entries that have it.
    """

    is_backed_up = False  # made from the content

    base = WordField(max_length=40, primary_key=True)
    term = WordField(max_length=250)
    display = models.CharField(max_length=80)
    frequency = models.PositiveIntegerField(default=1)

    objects = RawDeleteQuerySet.as_manager()

    def __str__(self) -> str:
        return self.display


class DeletionKey(models.Model):
    """A key of the spelling correction: a word, or the word without one of its letters.

    A misspelt word and the right one share a key. See search/spelling.py.
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
