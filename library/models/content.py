"""The base classes of all content: recorded in the history, validated and indexed."""

from django.db import models

from history.recording import RecordedModel, RecordedQuerySet
from languages.text_validation import ValidatedTexts
from search.indexing import IndexedModel, IndexedQuerySet


class ContentModel(RecordedModel, ValidatedTexts, IndexedModel):
    """A model whose changes are recorded in the history, validated and written to the index."""

    class Meta:
        abstract = True


class ContentQuerySet(RecordedQuerySet, IndexedQuerySet):
    """A queryset whose bulk changes are recorded in the history and written to the index too."""


class NaturalKeyManager(models.Manager.from_queryset(ContentQuerySet)):
    """A manager that finds a record by its natural key: a value for each of `lookups`, in order."""

    def __init__(self, *lookups):
        super().__init__()
        self.lookups = lookups

    def get_by_natural_key(self, *key):
        """Return the record with a natural key; raises DoesNotExist."""
        return self.get(**dict(zip(self.lookups, key, strict=True)))
