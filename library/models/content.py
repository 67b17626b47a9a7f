"""What all content has in common: a history, checked texts, and a place in the search index."""

from django.db import models

from history.recording import RecordedModel, RecordedQuerySet
from languages.text_validation import ValidatedTexts
from search.indexing import IndexedModel, IndexedQuerySet


class ContentModel(RecordedModel, ValidatedTexts, IndexedModel):
    """A model of the content: recorded, checked and indexed whenever it changes."""

    class Meta:
        abstract = True


class ContentQuerySet(RecordedQuerySet, IndexedQuerySet):
    """Records of the content, which are recorded and indexed where many change at once."""


class NaturalKeyManager(models.Manager.from_queryset(ContentQuerySet)):
    """Finds a record by what fixtures call it: the values of these look-ups, in order."""

    def __init__(self, *lookups):
        super().__init__()
        self.lookups = lookups

    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.lookups, key, strict=True)))
