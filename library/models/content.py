"""The base classes of all content: recorded in the history, validated and indexed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models

from history.recording import RecordedModel, RecordedQuerySet
from languages.text_validation import ValidatedTexts
from search.indexing import IndexedModel, IndexedQuerySet


def natural_key_dependencies[KeyMethod: Callable[..., tuple[str | int, ...]]](
    *labels: str,
) -> Callable[[KeyMethod], KeyMethod]:
    """Decorator of natural_key() with the labels of the models whose records it reads.

    Fixtures have these models first (see *Dependencies during serialization* in Django's manual).
    """

    def add_dependencies(method: KeyMethod) -> KeyMethod:
        method.dependencies = [*labels]  # type: ignore[attr-defined]  # Django reads it there
        return method

    return add_dependencies


class ContentModel(RecordedModel, ValidatedTexts, IndexedModel):
    """A model whose changes are recorded in the history, validated and written to the index."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # every concrete model has it

        def natural_key(self) -> tuple[str | int, ...]: ...


# django-stubs gives every queryset an as_manager() of its own, and compares it with both bases.
class ContentQuerySet[M: models.Model](  # type: ignore[override]
    RecordedQuerySet[M], IndexedQuerySet[M]
):
    """A queryset whose bulk changes are recorded in the history and written to the index too."""


ContentManager = models.Manager.from_queryset(ContentQuerySet)


class NaturalKeyManager[M: models.Model](ContentManager[M]):
    """A manager that finds a record by its natural key: a value for each of `lookups`, in order."""

    def __init__(self, *lookups: str) -> None:
        super().__init__()
        self.lookups = lookups

    def get_by_natural_key(self, *key: str | int) -> M:
        """Return the record with a natural key; raises DoesNotExist."""
        return self.get(**dict(zip(self.lookups, key, strict=True)))
