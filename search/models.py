"""The index: what can be found, the words that it consists of, and what was not found."""

from json import JSONEncoder

from django.db import models
from django.utils.translation import gettext_lazy as _

from languages import array_lookup  # noqa: F401  (registers the look-up)


class WordField(models.CharField):
    """A word, compared letter by letter on either database, whatever its language."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class TermsField(models.TextField):
    """Analysed words, parted by spaces, with the `match` lookup of search/lookups.py."""


class LegibleJson(JSONEncoder):
    """Writes Arabic as it is, in a third of the room."""

    def __init__(self, **options):
        super().__init__(**options | {"ensure_ascii": False})


class PlainQuerySet(models.QuerySet):
    """Of rows that nothing points to and nobody listens for."""

    def remove(self):
        """Delete the rows without fetching them."""
        self._raw_delete(self.db)

    remove.alters_data = True


class SearchEntry(models.Model):
    """What a record is found by, in all languages, and what a result shows of it.

    `texts` has a title and a text for each language, `place` what leads to the record.
    `terms` are the analysed words of both, between marks that search/entries.py explains;
    `audience` is empty where everybody may see it, else the kind that one must be allowed to view;
    `digest` is what the row was made from, so that an entry that is out of date shows.
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

    objects = PlainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record"], name="search_entry_unique")
        ]

    def __str__(self):
        return self.code or f"{self.kind} {self.record}"


class SearchTerm(models.Model):
    """A term of the index: in how many entries it is, and the skeleton that it shares."""

    is_backed_up = False  # made from the content

    term = WordField(max_length=250, primary_key=True)
    skeleton = WordField(max_length=40, blank=True)
    frequency = models.PositiveIntegerField(default=1)

    objects = PlainQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["skeleton", "-frequency"], name="search_term_skeleton")]

    def __str__(self):
        return self.term


class SearchWord(models.Model):
    """A word as it is written, less its article: what completions and corrections offer."""

    is_backed_up = False  # made from the content

    base = WordField(max_length=40, primary_key=True)
    term = WordField(max_length=250)
    display = models.CharField(max_length=80)
    frequency = models.PositiveIntegerField(default=1)

    objects = PlainQuerySet.as_manager()

    def __str__(self):
        return self.display


class DeletionKey(models.Model):
    """A word, or a word less one of its letters: what a misspelt word shares with it."""

    is_backed_up = False  # made from the content

    pk = models.CompositePrimaryKey("key", "base")
    key = WordField(max_length=40)
    base = WordField(max_length=40)

    objects = PlainQuerySet.as_manager()

    def __str__(self):
        return f"{self.key}: {self.base}"


class UnansweredQuery(models.Model):
    """A query that found nothing: how often, never who asked."""

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

    def __str__(self):
        return self.text
