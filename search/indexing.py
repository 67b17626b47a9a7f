"""Updates the index when content changes, in the same transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models.signals import (
    ModelSignal,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)

from search.entries import (
    PUBLIC,
    SearchIndex,
    dependent_indexes,
    entry_digest,
    entry_terms,
    indexes,
    restricted_audience,
)
from search.index_writer import (
    BATCH_SIZE,
    count_written,
    delete_entries,
    entry_words,
    write_changed,
)
from search.models import SearchEntry
from search.vocabulary_writer import (
    EntryWords,
    Progress,
    rebuild_vocabulary,
)

# Primary keys of the records of one model.
type Keys = set[int] | models.QuerySet[Any, int]


def update_index(index: SearchIndex[Any], progress: Progress[Any] = iter) -> int:
    """Write the changed entries of one index, and delete those of deleted records.

    `progress` wraps the iterator of the records, to show its progress. Returns the number of
    entries that were written. The caller updates the vocabulary.
    """
    with transaction.atomic(savepoint=False):
        entries = SearchEntry.objects.filter(kind=index.kind)
        entries.exclude(record__in=index.model._base_manager.values("pk")).remove()
        records = index.records().order_by("pk").iterator(chunk_size=BATCH_SIZE)
        return sum(
            len(changed)
            for changed, _stored in write_changed(build_entries(index, progress(records)))
        )


def build_entries(index: SearchIndex[Any], records: Iterable[Any]) -> Iterator[SearchEntry]:
    """Yield an unsaved SearchEntry for each record of an index.

    A record is left out while a record above it is not stored yet (loaddata may load it later); its
    entry is written when that record is saved.
    """
    for record in records:
        try:
            index_entry = index.entry(record)
        except ObjectDoesNotExist:
            continue
        terms = entry_terms(index, index_entry)
        yield SearchEntry(
            kind=index.kind,
            record=record.pk,
            audience=PUBLIC if index_entry.is_public else restricted_audience(index.model),
            code=index_entry.code,
            texts=index_entry.texts,
            place=index_entry.place,
            terms=terms,
            digest=entry_digest(index_entry, terms),
        )


def stored_words() -> Iterator[EntryWords]:
    """Yield what the vocabulary needs of each stored entry, for rebuild_vocabulary()."""
    entries = SearchEntry.objects.order_by("pk").only("audience", "terms", "texts")
    return map(entry_words, entries.iterator(chunk_size=BATCH_SIZE))


def dependent_records(model: type[models.Model], pks: Collection[int]) -> dict[str, set[int]]:
    """Return, by kind, the set of primary keys of records whose entries show these records' texts.

    `pks` are primary keys of records of `model`.
    """
    return {
        index.kind: set(dependents(index, lookup, pks).values_list("pk", flat=True))
        for index, lookup in dependent_indexes(model)
    }


def dependents[M: models.Model](
    index: SearchIndex[M], lookup: str, pks: Collection[int]
) -> models.QuerySet[M]:
    """Return the queryset of an index's records that a lookup connects with any of some records."""
    return index.model._base_manager.filter(**{f"{lookup}__in": list(pks)}).order_by()


def may_change_dependents(model: type[models.Model], columns: Iterable[str] | None = None) -> bool:
    """Whether a change of these columns may change whose entries show a record of a model.

    These are the foreign keys to the model on the path of a lookup. `columns` None means any
    column.
    """
    for index, lookup in dependent_indexes(model):
        model_on_path = index.model
        for name in lookup.split("__"):
            # Any: for mypy, get_field() may return a field that is not a relation.
            relation: Any = model_on_path._meta.get_field(name)
            key = relation.remote_field if relation.auto_created else relation
            if key.model is model and (columns is None or {key.name, key.attname} & set(columns)):
                return True
            model_on_path = relation.related_model
    return False


def update_entries(
    model: type[models.Model],
    pks: Collection[int],
    dependents_before: Mapping[str, set[int]] | None = None,
) -> None:
    """Write the changed entries of some records of a model, and of their dependents.

    `dependents_before` is a result of dependent_records() from before the change.
    """
    keys_before = dependents_before or {}
    keys_by_kind: dict[str, Keys] = dict(keys_before)
    kind = model._meta.label_lower
    if kind in indexes:
        keys_by_kind[kind] = keys_before.get(kind, set()) | set(pks)
    for index, lookup in dependent_indexes(model):
        dependent_keys = dependents(index, lookup, pks).values_list("pk", flat=True)
        # Without keys from before, this stays a subquery of the statement that reads the records.
        known = keys_by_kind.get(index.kind)
        keys_by_kind[index.kind] = known.union(dependent_keys) if known else dependent_keys
    entries = (
        entry
        for index in indexes.values()
        if index.kind in keys_by_kind
        for entry in build_entries(index, read_records(index, keys_by_kind[index.kind]))
    )
    with transaction.atomic(savepoint=False):
        for changed, stored in write_changed(entries):
            count_written(changed, stored)


def update_contended(changes: Iterable[Any], is_contended: bool, **options: object) -> None:
    """Write the entries of changed records again where others changed content meanwhile.

    An entry may show texts of several records; two transactions do not see each other's. For the
    signal `revision_recorded`, which is sent by one transaction after the other.
    """
    if not is_contended:
        return
    pks_by_model: dict[str, set[int]] = {}
    for change in changes:
        pks_by_model.setdefault(change.model, set()).add(change.record)
    for label, pks in pks_by_model.items():
        update_entries(apps.get_model(label), pks)


def read_records(index: SearchIndex[Any], keys: Keys) -> Iterable[Any]:
    """Return an index's records with these primary keys."""
    if isinstance(keys, set) and len(keys) <= BATCH_SIZE:
        return index.records_by_key(keys)
    return index.records().filter(pk__in=keys).order_by("pk").iterator(chunk_size=BATCH_SIZE)


postponed_models: ContextVar[set[str] | None] = ContextVar("postponed", default=None)


@contextmanager
def postponed_indexing() -> Iterator[None]:
    """Update the whole index and the vocabulary once, at the end of the block.

    This takes less time where many records are saved. The block must be within a transaction; if
    that is to be rolled back, nothing is written.
    """
    changed: set[str] = set()
    token = postponed_models.set(changed)
    try:
        yield
    finally:
        postponed_models.reset(token)
    if changed and not transaction.get_rollback():
        for index in indexes.values():
            update_index(index)
        rebuild_vocabulary(stored_words())


# Signal receivers: one record is saved or deleted by a form, by code, by loaddata or by a cascade.


def before_save(
    sender: type[models.Model],
    instance: models.Model,
    update_fields: Iterable[str] | None,
    **options: Any,
) -> None:
    """Remember the dependents of a record that is going to be saved, if this may change them."""
    if may_change_dependents(sender, update_fields):
        remember_dependents(sender, instance)


def remember_dependents(sender: type[models.Model], instance: models.Model, **options: Any) -> None:
    """Remember the records whose entries show a record, on the record itself."""
    if instance.pk and postponed_models.get() is None:
        instance.__dict__["_dependents_before"] = dependent_records(sender, [instance.pk])


def after_save(sender: type[models.Model], instance: models.Model, **options: Any) -> None:
    """Update the entries of a saved record, and of its dependents before and after."""
    if (postponed := postponed_models.get()) is not None:
        postponed.add(sender._meta.label_lower)
        return
    update_entries(sender, [instance.pk], instance.__dict__.pop("_dependents_before", {}))


def after_delete(sender: type[models.Model], instance: models.Model, **options: Any) -> None:
    """Delete the entry of a deleted record, and update those of its dependents."""
    kind = sender._meta.label_lower
    if (postponed := postponed_models.get()) is not None:
        postponed.add(kind)
        return
    if kind in indexes:
        delete_entries(SearchEntry.objects.filter(kind=kind, record=instance.pk))
    update_entries(sender, [], instance.__dict__.pop("_dependents_before", {}))


def register(index: SearchIndex[Any]) -> None:
    """Make the records of an index's model searchable, and connect the signals that update them."""
    indexes[index.kind] = index
    for model in [index.model, *map(apps.get_model, index.depends_on)]:
        for signal, receiver in RECEIVERS.items():
            signal.connect(receiver, sender=model, dispatch_uid=f"search {model._meta.label}")


RECEIVERS: dict[ModelSignal, Callable[..., None]] = {
    pre_save: before_save,
    pre_delete: remember_dependents,
    post_save: after_save,
    post_delete: after_delete,
}


class IndexedModel(models.Model):
    """A model whose records are saved in one transaction with their entries."""

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        # Without a savepoint, as in Django's own save(): an error rolls the outer transaction back.
        with transaction.atomic(savepoint=False):
            super().save(**options)


class IndexedQuerySet[M: models.Model](models.QuerySet[M]):
    """A queryset that updates the index after changes of many records, which send no signals."""

    def update(self, **values: Any) -> int:
        with transaction.atomic():
            pks = list(self.order_by().values_list("pk", flat=True))
            dependents_before = (
                dependent_records(self.model, pks)
                if may_change_dependents(self.model, values)
                else {}
            )
            # Not the rows that others bring into the filter between the two statements.
            updated = super(IndexedQuerySet, self.filter(pk__among=pks)).update(**values)
            self.update_entries(pks, dependents_before)
        return updated

    def bulk_create(self, objs: Iterable[M], *arguments: Any, **options: Any) -> list[M]:
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *arguments, **options)
            pks = [record.pk for record in created]
            self.update_entries(None if None in pks else pks)
        return created

    def update_entries(
        self, pks: Collection[int] | None, dependents_before: Mapping[str, set[int]] | None = None
    ) -> None:
        """Update the entries of these records (None: of all) and of their dependents."""
        if pks is None:
            pks = list(self.model._base_manager.values_list("pk", flat=True))
        update_entries(self.model, pks, dependents_before)
