"""Keeps the index in step with the content, in the content's own transaction."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from search import vocabulary
from search.entries import PUBLIC, digest, followers, indexes, row_terms, seen_by
from search.index_writer import BATCH_SIZE, add_words, texts_of, write
from search.models import SearchEntry


def index(source, progress=iter):
    """Write the entries of all records of a source, and remove those of records that are gone.

    The caller sees to the vocabulary. Returns how many rows were written.
    """
    with transaction.atomic(savepoint=False):
        gone = SearchEntry.objects.filter(kind=source.kind)
        gone.exclude(record__in=source.model._base_manager.values("pk")).remove()
        records = source.records().order_by("pk").iterator(chunk_size=BATCH_SIZE)
        return sum(len(new) for new, _before in write(made(source, progress(records))))


def made(source, records):
    """Yield the rows of records as they have to be.

    A file may name a record before the one that it stands under; its entry is written when
    the latter is.
    """
    for record in records:
        try:
            entry = source.entry(record)
        except ObjectDoesNotExist:
            continue
        row = row_terms(source, entry)
        yield SearchEntry(
            kind=source.kind,
            record=record.pk,
            audience=PUBLIC if entry.is_public else seen_by(source.model),
            code=entry.code,
            texts=entry.texts,
            place=entry.place,
            terms=row,
            digest=digest(entry, row),
        )


def stored_texts():
    """Yield the terms and the texts of each entry."""
    rows = SearchEntry.objects.order_by("pk").only("terms", "texts")
    for row in rows.iterator(chunk_size=BATCH_SIZE):
        yield row.terms, texts_of(row.texts)


def out_of_step(progress=iter):
    """Yield a sentence for each entry that is not what its record would make it."""
    kinds = SearchEntry.objects.exclude(kind__in=indexes)
    for kind in kinds.values_list("kind", flat=True).distinct().order_by("kind"):
        yield f"{kind}: nothing registers these entries any more."
    for source in indexes.values():
        stored = dict(SearchEntry.objects.filter(kind=source.kind).values_list("record", "digest"))
        for row in made(source, progress(source.records().iterator(chunk_size=BATCH_SIZE))):
            if row.record not in stored:
                yield f"{source.kind} {row.record}: has no entry."
            elif stored.pop(row.record) != row.digest:
                yield f"{source.kind} {row.record}: its entry is out of date."
        for record in stored:
            yield f"{source.kind} {record}: the record of this entry is gone."


def showing(model, pks):
    """Return, for each source, the records whose entries show one of these records of a model."""
    return {
        source.kind: set(shown(source, lookup, pks).values_list("pk", flat=True))
        for source, lookup in followers(model)
    }


def shown(source, lookup, pks):
    """Return the records of a source that a look-up leads from to one of some others."""
    return source.model._base_manager.filter(**{f"{lookup}__in": list(pks)}).order_by()


def is_led_by(model, columns=None):
    """Whether these columns of a model (None: any) say whose entries show a record of it."""
    for source, lookup in followers(model):
        reached = source.model
        for name in lookup.split("__"):
            relation = reached._meta.get_field(name)
            key = relation.remote_field if relation.auto_created else relation
            if key.model is model and (columns is None or {key.name, key.attname} & set(columns)):
                return True
            reached = relation.related_model
    return False


def index_shown(model, pks, before=None):
    """Write, in one pass, the entries of these records of a model and of all that show them.

    `before` are those that showed them before a change, as showing() returns them.
    """
    wanted = dict(before or {})
    if model._meta.label_lower in indexes:
        wanted[model._meta.label_lower] = wanted.get(model._meta.label_lower, set()) | set(pks)
    for source, lookup in followers(model):
        found = shown(source, lookup, pks).values_list("pk", flat=True)
        # Where these are all, they are found and read by one query.
        wanted[source.kind] = wanted[source.kind].union(found) if wanted.get(source.kind) else found
    rows = (
        row
        for source in indexes.values()
        if source.kind in wanted
        for row in made(source, records_of(source, wanted[source.kind]))
    )
    with transaction.atomic(savepoint=False):
        for new, before in write(rows):
            add_words(new, before)


def records_of(source, pks):
    if isinstance(pks, set) and len(pks) <= BATCH_SIZE:
        return source.some(pks)
    return source.records().filter(pk__in=pks).order_by("pk").iterator(chunk_size=BATCH_SIZE)


postponed = ContextVar("postponed", default=None)


@contextmanager
def in_bulk():
    """Write the entries of all that changes in this block at its end, and count words anew.

    The block has to be a transaction, or within one.
    """
    changed = set()
    token = postponed.set(changed)
    try:
        yield
    finally:
        postponed.reset(token)
    if changed and not transaction.get_rollback():
        for source in indexes.values():
            index(source)
        vocabulary.refresh(stored_texts())


# One record is saved or deleted: by a form, in code, by loaddata, or by the end of another one.


def before_save(sender, instance, update_fields, **options):
    """Before a record changes, note in whose entries it shows, where it may change that."""
    if is_led_by(sender, update_fields):
        remember(sender, instance)


def remember(sender, instance, **options):
    """Note in whose entries a record shows."""
    if instance.pk and postponed.get() is None:
        instance._shown_in = showing(sender, [instance.pk])


def after_save(sender, instance, **options):
    if postponed.get() is not None:
        postponed.get().add(sender._meta.label_lower)
        return
    index_shown(sender, [instance.pk], instance.__dict__.pop("_shown_in", {}))


def after_delete(sender, instance, **options):
    kind = sender._meta.label_lower
    if postponed.get() is not None:
        postponed.get().add(kind)
        return
    if kind in indexes:
        SearchEntry.objects.filter(kind=kind, record=instance.pk).remove()
    index_shown(sender, [], instance.__dict__.pop("_shown_in", {}))


def register(source):
    """Make the records of a source's model searchable, and keep their entries up to date."""
    indexes[source.kind] = source
    for model in [source.model, *map(apps.get_model, source.follows)]:
        for signal, receiver in RECEIVERS.items():
            signal.connect(receiver, sender=model, dispatch_uid=f"search {model._meta.label}")


RECEIVERS = {
    pre_save: before_save,
    pre_delete: remember,
    post_save: after_save,
    post_delete: after_delete,
}


class IndexedModel(models.Model):
    """A model whose records are saved together with their entries, or not at all."""

    class Meta:
        abstract = True

    def save(self, **options):
        # As in Django's own save(), what fails is rolled back with all that is around it.
        with transaction.atomic(savepoint=False):
            super().save(**options)


class IndexedQuerySet(models.QuerySet):
    """Many records changed at once, which sends no signals, are written to the index too."""

    def update(self, **values):
        with transaction.atomic():
            pks = list(self.order_by().values_list("pk", flat=True))
            before = showing(self.model, pks) if is_led_by(self.model, values) else {}
            updated = super().update(**values)
            self.index(pks, before)
        return updated

    update.alters_data = True

    def bulk_create(self, objs, *arguments, **options):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *arguments, **options)
            pks = [record.pk for record in created]
            self.index(None if None in pks else pks)
        return created

    bulk_create.alters_data = True

    def index(self, pks, before=None):
        """Write the entries of these records (None: of all) and of those that show them."""
        if pks is None:
            pks = list(self.model._base_manager.values_list("pk", flat=True))
        index_shown(self.model, pks, before)
