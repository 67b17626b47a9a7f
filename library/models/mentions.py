"""The tables of the index of mentions: which texts and pages mention which terms.

All rows are made from the content (library/glossary/mention_index.py). Rows of a deleted term are
removed there too: Django refuses a cascade of the database below one of its own, and a cascade of
its own would show these rows to whoever is about to delete a term.
"""

from django.db import models
from django.db.models import UniqueConstraint

from library.models.glossary import Term
from search.models import RawDeleteQuerySet, WordField

MAX_START_LENGTH = 120


class IndexedPage(models.Model):
    """The page of a container, published or not.

    `kind` is the label of the container's model, `record` its primary key.
    """

    is_backed_up = False  # made from the content

    kind = models.CharField(max_length=64)
    record = models.BigIntegerField()
    code = models.CharField(max_length=32)
    is_published = models.BooleanField()

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [UniqueConstraint(fields=["kind", "record"], name="indexed_page_unique")]

    def __str__(self) -> str:
        return self.code


class IndexedText(models.Model):
    """A text of a passage in one language, by the match keys of its words.

    `kind` is the label of the passage's model, `record` its primary key. The format of `keys` is
    that of join_keys() in library/glossary/mentions.py.
    """

    is_backed_up = False  # made from the content

    kind = models.CharField(max_length=64)
    record = models.BigIntegerField()
    language = models.CharField(max_length=16)
    page = models.ForeignKey(IndexedPage, models.DB_CASCADE, related_name="texts")
    keys = models.TextField()

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            UniqueConstraint(fields=["kind", "record", "language"], name="indexed_text_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record} {self.language}"


class TermName(models.Model):
    """A name of a term in one language, by the match keys of its words.

    `start` is that of name_start(), `keys` are joined as there (library/glossary/mentions.py).
    """

    is_backed_up = False  # made from the content

    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="indexed_names")
    language = models.CharField(max_length=16)
    start = WordField(max_length=MAX_START_LENGTH)
    keys = models.TextField()

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["start"], name="term_name_start")]

    def __str__(self) -> str:
        return self.keys.replace("\n", " ")


class TermMention(models.Model):
    """A text that mentions a term."""

    is_backed_up = False  # made from the content

    text = models.ForeignKey(IndexedText, models.DB_CASCADE, related_name="mentions")
    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="mentions", db_index=False)

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [UniqueConstraint(fields=["term", "text"], name="term_mention_unique")]

    def __str__(self) -> str:
        return f"{self.term_id} in {self.text_id}"


class PageTerm(models.Model):
    """A published page that mentions a term in any of its texts; drafts have no rows."""

    is_backed_up = False  # made from the content

    page = models.ForeignKey(IndexedPage, models.DB_CASCADE, related_name="terms")
    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="pages", db_index=False)

    objects = RawDeleteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [UniqueConstraint(fields=["term", "page"], name="page_term_unique")]

    def __str__(self) -> str:
        return f"{self.term_id} on {self.page_id}"
