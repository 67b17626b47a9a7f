"""Updates the index when content changes, in the same transaction."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from search import vocabulary
from search.entries import (
    PUBLIC,
    dependent_indexes,
    entry_digest,
    entry_terms,
    indexes,
    restricted_audience,
)
from search.index_writer import BATCH_SIZE, add_to_vocabulary, flatten_texts, write_changed
from search.models import SearchEntry


def update_index(index, progress=iter):
    """Write the changed entries of one SearchIndex, and delete those of deleted records.

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


def build_entries(index, records):
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


def stored_texts():
    """Yield (terms, list of texts) of each stored entry, for rebuild_vocabulary()."""
    entries = SearchEntry.objects.order_by("pk").only("terms", "texts")
    for entry in entries.iterator(chunk_size=BATCH_SIZE):
        yield entry.terms, flatten_texts(entry.texts)


def find_index_problems(progress=iter):
    """Yield a sentence for each entry that is missing, stale or without a record."""
    kinds = SearchEntry.objects.exclude(kind__in=indexes)
    for kind in kinds.values_list("kind", flat=True).distinct().order_by("kind"):
        yield f"{kind}: nothing registers these entries any more."
    for index in indexes.values():
        digests = dict(SearchEntry.objects.filter(kind=index.kind).values_list("record", "digest"))
        for entry in build_entries(
            index, progress(index.records().iterator(chunk_size=BATCH_SIZE))
        ):
            if entry.record not in digests:
                yield f"{index.kind} {entry.record}: has no entry."
            elif digests.pop(entry.record) != entry.digest:
                yield f"{index.kind} {entry.record}: its entry is out of date."
        for record in digests:
            yield f"{index.kind} {record}: the record of this entry is gone."


def dependent_records(model, pks):
    """Return, by kind, the set of primary keys of records whose entries show these records' texts.

    `pks` are primary keys of records of `model`.
    """
    return {
        index.kind: set(dependents(index, lookup, pks).values_list("pk", flat=True))
        for index, lookup in dependent_indexes(model)
    }


def dependents(index, lookup, pks):
    """Return the queryset of an index's records that a lookup connects with any of some records."""
    return index.model._base_manager.filter(**{f"{lookup}__in": list(pks)}).order_by()


def may_change_dependents(model, columns=None):
    """Whether a change of these columns may change whose entries show a record of a model.

    These are the foreign keys to the model on the path of a lookup. `columns` None means any
    column.
    """
    for index, lookup in dependent_indexes(model):
        model_on_path = index.model
        for name in lookup.split("__"):
            relation = model_on_path._meta.get_field(name)
            key = relation.remote_field if relation.auto_created else relation
            if key.model is model and (columns is None or {key.name, key.attname} & set(columns)):
                return True
            model_on_path = relation.related_model
    return False


def update_entries(model, pks, dependents_before=None):
    """Write the changed entries of some records of a model, and of their dependents.

    `dependents_before` is a result of dependent_records() from before the change.
    """
    keys_by_kind = dict(dependents_before or {})
    if model._meta.label_lower in indexes:
        keys_by_kind[model._meta.label_lower] = keys_by_kind.get(
            model._meta.label_lower, set()
        ) | set(pks)
    for index, lookup in dependent_indexes(model):
        dependent_keys = dependents(index, lookup, pks).values_list("pk", flat=True)
        # Without keys from before, this stays a subquery of the statement that reads the records.
        keys_by_kind[index.kind] = (
            keys_by_kind[index.kind].union(dependent_keys)
            if keys_by_kind.get(index.kind)
            else dependent_keys
        )
    entries = (
        entry
        for index in indexes.values()
        if index.kind in keys_by_kind
        for entry in build_entries(index, read_records(index, keys_by_kind[index.kind]))
    )
    with transaction.atomic(savepoint=False):
        for changed, stored in write_changed(entries):
            add_to_vocabulary(changed, stored)


def read_records(index, keys):
    """Return an iterable of an index's records with these primary keys: a set or a queryset."""
    if isinstance(keys, set) and len(keys) <= BATCH_SIZE:
        return index.records_by_key(keys)
    return index.records().filter(pk__in=keys).order_by("pk").iterator(chunk_size=BATCH_SIZE)


postponed_models = ContextVar("postponed", default=None)


@contextmanager
def postponed_indexing():
    """Update the whole index and the vocabulary once, at the end of the block.

    This takes less time where many records are saved. The block must be within a transaction; if
    that is to be rolled back, nothing is written.
    """
    changed = set()
    token = postponed_models.set(changed)
    try:
        yield
    finally:
        postponed_models.reset(token)
    if changed and not transaction.get_rollback():
        for index in indexes.values():
            update_index(index)
        vocabulary.rebuild_vocabulary(stored_texts())


# Signal receivers: one record is saved or deleted by a form, by code, by loaddata or by a cascade.


def before_save(sender, instance, update_fields, **options):
    """Remember the dependents of a record that is going to be saved, if this may change them."""
    if may_change_dependents(sender, update_fields):
        remember_dependents(sender, instance)


def remember_dependents(sender, instance, **options):
    """Remember the records whose entries show a record, on the record itself."""
    if instance.pk and postponed_models.get() is None:
        instance._dependents_before = dependent_records(sender, [instance.pk])


def after_save(sender, instance, **options):
    """Update the entries of a saved record, and of its dependents before and after."""
    if postponed_models.get() is not None:
        postponed_models.get().add(sender._meta.label_lower)
        return
    update_entries(sender, [instance.pk], instance.__dict__.pop("_dependents_before", {}))


def after_delete(sender, instance, **options):
    """Delete the entry of a deleted record, and update those of its dependents."""
    kind = sender._meta.label_lower
    if postponed_models.get() is not None:
        postponed_models.get().add(kind)
        return
    if kind in indexes:
        SearchEntry.objects.filter(kind=kind, record=instance.pk).remove()
    update_entries(sender, [], instance.__dict__.pop("_dependents_before", {}))


def register(index):
    """Make the records of an index's model searchable, and connect the signals that update them."""
    indexes[index.kind] = index
    for model in [index.model, *map(apps.get_model, index.depends_on)]:
        for signal, receiver in RECEIVERS.items():
            signal.connect(receiver, sender=model, dispatch_uid=f"search {model._meta.label}")


RECEIVERS = {
    pre_save: before_save,
    pre_delete: remember_dependents,
    post_save: after_save,
    post_delete: after_delete,
}


class IndexedModel(models.Model):
    """A model whose records are saved in one transaction with their entries."""

    class Meta:
        abstract = True

    def save(self, **options):
        # Without a savepoint, as in Django's own save(): an error rolls the outer transaction back.
        with transaction.atomic(savepoint=False):
            super().save(**options)


class IndexedQuerySet(models.QuerySet):
    """A queryset that updates the index after changes of many records, which send no signals."""

    def update(self, **values):
        with transaction.atomic():
            pks = list(self.order_by().values_list("pk", flat=True))
            dependents_before = (
                dependent_records(self.model, pks)
                if may_change_dependents(self.model, values)
                else {}
            )
            updated = super().update(**values)
            self.update_entries(pks, dependents_before)
        return updated

    update.alters_data = True

    def bulk_create(self, objs, *arguments, **options):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *arguments, **options)
            pks = [record.pk for record in created]
            self.update_entries(None if None in pks else pks)
        return created

    bulk_create.alters_data = True

    def update_entries(self, pks, dependents_before=None):
        """Update the entries of these records (None: of all) and of their dependents."""
        if pks is None:
            pks = list(self.model._base_manager.values_list("pk", flat=True))
        update_entries(self.model, pks, dependents_before)
