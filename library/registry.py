"""Keeps the registry of codes: a code is given once, and whatever was public stays findable."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, cast

from django.apps import apps
from django.db import connections
from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone

from history.content_version import bump_version
from history.models import Change, ChangeKind
from history.recording import new_change, record_label, record_state
from languages.languages import language_codes, text_in_language
from library.fingerprints import fingerprint
from library.models import Container, Document, PagePart, Statement, Term
from library.models.registry import PageAddress, PublicWording, RegisteredCode
from library.passages import Passage, passage_models, passages_of_containers
from library.publication import check_withheld

# The models whose records have a page, beside containers: all of their records are public.
PAGES: dict[type[Model], str] = {Document: "library:document", Term: "glossary:detail"}

type AnyRelation = ForeignKey[Any, Any]
# The texts of a code by language.
type Texts = Mapping[str, str]
type CodedModel = type[Container | Statement | PagePart]
# The model of a record, its code, its primary key.
type GivenCode = tuple[CodedModel, str, int]


def part_models() -> list[type[PagePart]]:
    """Return all models of parts, by their label."""
    models = [model for model in apps.get_models() if issubclass(model, PagePart)]
    return sorted(models, key=lambda model: model._meta.label)


def coded_models() -> list[CodedModel]:
    """Return all models whose records have a code in the registry."""
    return [*passage_models(), *part_models()]


def update_registry(changes: Collection[Change], **options: object) -> None:
    """Bring the registry up to date after some changes (revision_recorded).

    Raises PublicationError where they show readers a withheld wording.
    """
    models = {model._meta.label_lower: model for model in coded_models()}
    public = [change for change in changes if change.model in models and is_public_change(change)]
    passages = [
        (models[change.model], change.state["code"], change.record)
        for change in public
        if change.state.get("code")
    ]
    rows = registered_rows(passages)
    # The code of a part begins with that of its container, which may be new.
    rows |= registered_rows(list(codes_of_parts(public)))
    if rows:
        check_withheld(update_rows(rows.values()))
    update_addresses([change for change in changes if is_moved(change)])


def registered_rows(given: Collection[GivenCode]) -> dict[int, RegisteredCode]:
    """Register some codes; return the rows of all codes on their pages by primary key."""
    if not given:
        return {}
    by_code = {entry[1]: entry for entry in given}
    codes, given = sorted(by_code), by_code.values()
    rows = rows_of_pages(codes)
    if register_codes(given, {row.code: row for row in rows}):
        rows = rows_of_pages(codes)
    return {row.pk: row for row in rows}


def codes_of_parts(changes: Collection[Change]) -> Iterator[GivenCode]:
    """Yield the codes that changed parts had before, then those that they have."""
    for former, change in product([True, False], changes):
        model, state = apps.get_model(change.model), change.before if former else change.state
        if state and issubclass(model, PagePart):
            relation = cast("AnyRelation", model._meta.get_field(model.container_field))
            container = relation.related_model._meta.label_lower
            key = state[relation.attname]
            holders = RegisteredCode.objects.filter(model=container, record=key)
            for code in holders.values_list("code", flat=True):
                yield model, model.code_in_state(state, code), change.record


def is_public_change(change: Change) -> bool:
    """Whether a change may change what readers see under a code: a text, or that they see it."""
    model = apps.get_model(change.model)
    texts = [f"{model.cited_field}_{language}" for language in language_codes()]
    # Which code a part has may follow from any column.
    return issubclass(model, PagePart) or differs(change, [*texts, "code", "is_published"])


def is_moved(change: Change) -> bool:
    """Whether a change gives a page another address, or makes it public or not."""
    model = apps.get_model(change.model)
    return bool(page_of(model)) and differs(change, [key_field(model), "is_published"])


def differs(change: Change, columns: Iterable[str]) -> bool:
    """Whether a record is new or deleted, or a change changed one of these columns."""
    if change.kind != ChangeKind.CHANGED:
        return True
    return any(change.before.get(column) != change.state.get(column) for column in columns)


def rows_of_pages(codes: Collection[str]) -> list[RegisteredCode]:
    """Return the rows of all codes that are on the same pages as these."""
    pages = RegisteredCode.objects.filter(code__among=list(codes)).values("container")
    return list(RegisteredCode.objects.filter(container__in=pages))


def register_codes(given: Collection[GivenCode], row_by_code: Mapping[str, RegisteredCode]) -> bool:
    """Add a row for each code that has none; return whether a row was added.

    A record that came back under another primary key, as from a file, has its row again.
    """
    new: dict[CodedModel, list[tuple[str, int]]] = {}
    for model, code, record in given:
        row = row_by_code.get(code)
        label = model._meta.label_lower
        if row is None:
            new.setdefault(model, []).append((code, record))
        elif (row.model, row.record) != (label, record):
            RegisteredCode.objects.filter(pk=row.pk).update(model=label, record=record)
    for model, pairs in new.items():
        label = model._meta.label_lower
        containers = container_codes(model, [record for _code, record in pairs])
        RegisteredCode.objects.bulk_create(
            [
                RegisteredCode(
                    code=code, model=label, record=record, container=containers.get(record, code)
                )
                for code, record in pairs
            ],
            batch_size=500,
        )
    return bool(new)


def container_codes(model: CodedModel, records: Collection[int]) -> dict[int, str]:
    """Return the code of the container of each stored record, by primary key."""
    rows = model._base_manager.filter(pk__among=list(records)).order_by()
    return dict(rows.values_list("pk", f"{model.container_lookup_prefix()}code"))


def update_rows(rows: Collection[RegisteredCode]) -> list[PublicWording]:
    """Compare the rows of all codes of some pages with what is public of these pages.

    Returns the wordings that readers see now, and did not before.
    """
    containers = {row.container for row in rows}
    texts_by_code: dict[str, dict[str, str]] = public_texts(passages_of_containers(containers))
    labels = {row.model for row in rows}
    for model in part_models():
        if model._meta.label_lower in labels:
            texts_by_code |= texts_of_parts(model, containers)
    now = timezone.now()
    changed = []
    for row in rows:
        before = (row.published_at, row.withdrawn_at)
        if row.code in texts_by_code:
            row.published_at, row.withdrawn_at = row.published_at or now, None
        elif row.published_at and not row.withdrawn_at:
            row.withdrawn_at = now
        if before != (row.published_at, row.withdrawn_at):
            changed.append(row)
    if changed:
        RegisteredCode.objects.bulk_update(
            changed, ["published_at", "withdrawn_at"], batch_size=500
        )
    return update_wordings(rows, texts_by_code)


def texts_of_parts(model: type[PagePart], containers: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the texts by language of the public parts of some containers, by their code."""
    lookup = f"{model.container_lookup_prefix()}code__among"
    records: Any = model._default_manager
    return {
        record.code: {
            language: text_in_language(record, model.cited_field, language)
            for language in language_codes()
        }
        for record in with_relations(
            model, records.published().filter(**{lookup: list(containers)})
        )
    }


def public_texts(public: Iterable[Passage]) -> dict[str, dict[str, str]]:
    """Return the texts of each code by language; that of a container has its statements too."""
    parts: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for passage in public:
        for language in language_codes():
            text = text_in_language(passage, "text", language)
            for code in {passage.code, passage.container}:
                parts[code][language] += [text] if text else []
    return {
        code: {language: "\n".join(texts) for language, texts in by_language.items()}
        for code, by_language in parts.items()
    }


def with_relations(model: type[PagePart], records: QuerySet[Any]) -> QuerySet[Any]:
    """Fetch with each part the records from which its code follows."""
    return records.select_related(
        *(field.name for field in model._meta.concrete_fields if field.is_relation)
    )


def update_wordings(
    rows: Iterable[RegisteredCode], texts_by_code: Mapping[str, Texts]
) -> list[PublicWording]:
    """End the wordings that readers no longer see; add, and return, those that they see now."""
    row_by_key = {row.pk: row for row in rows}
    now = timezone.now()
    stored = PublicWording.objects.filter(code__pk__among=list(row_by_key), until=None)
    open_wordings = {
        (wording.code_id, wording.language): wording for wording in stored.defer("text")
    }
    ended, added = [], []
    for row in row_by_key.values():
        for language in language_codes():
            text = texts_by_code.get(row.code, {}).get(language, "")
            mark = fingerprint(text, language)
            wording = open_wordings.get((row.pk, language))
            if wording and wording.fingerprint != mark:
                ended.append(wording.pk)
            if mark and (wording is None or wording.fingerprint != mark):
                wording = PublicWording(code=row, language=language, text=text, since=now)
                wording.fingerprint = mark
                added.append(wording)
    if ended:
        PublicWording.objects.filter(pk__among=ended).update(until=now)
    return PublicWording.objects.bulk_create(added, batch_size=500)


def update_addresses(changes: Collection[Change]) -> None:
    """Keep the addresses of the pages of changed records, and end those that are left."""
    if not changes:
        return
    stored = PageAddress.objects.filter(key__among=[page_key(change) for change in changes])
    by_address = {(address.page, address.key): address for address in stored}
    present: dict[int, PageAddress] = {}  # each once, whatever number of changes name it
    for change in changes:
        page, key = page_of(apps.get_model(change.model)), page_key(change)
        if change.kind == ChangeKind.DELETED or not change.state.get("is_published", True):
            continue
        address = by_address.setdefault((page, key), PageAddress(page=page, key=key))
        address.model, address.record = change.model, change.record
        address.code, address.label = change.state.get("code", ""), change.label
        address.until = None
        present[id(address)] = address
    leave_addresses(changes, present.values())
    PageAddress.objects.bulk_update(
        [address for address in present.values() if address.pk],
        ["model", "record", "code", "label", "until"],
        batch_size=500,
    )
    new = [address for address in present.values() if address.pk is None]
    PageAddress.objects.bulk_create(new, batch_size=500)


def leave_addresses(changes: Iterable[Change], present: Iterable[PageAddress]) -> None:
    """End the addresses of changed records at which they no longer are."""
    kept = {(address.page, address.key) for address in present}
    records: defaultdict[str, list[int]] = defaultdict(list)
    for change in changes:
        records[change.model].append(change.record)
    for model, pks in records.items():
        rows = PageAddress.objects.filter(model=model, record__among=pks, until=None)
        left = [address.pk for address in rows if (address.page, address.key) not in kept]
        PageAddress.objects.filter(pk__in=left).update(until=timezone.now())


def page_key(change: Change) -> str:
    """Return the argument of the page of a changed record: its slug or year."""
    return str(change.state[key_field(apps.get_model(change.model))])


def key_field(model: type[Model]) -> str:
    """Return the name of the field that is the argument of a page's address."""
    field: str = getattr(model, "key_field", "slug")
    return field


def page_names() -> set[str]:
    """Return the URL names of all pages that have an address of their own, by slug or year."""
    return {page for model in [*PAGES, *passage_models()] if (page := page_of(model))}


def page_of(model: type[Model]) -> str:
    """Return the URL name of the pages of a model's records, "" where they have none."""
    return model.page if issubclass(model, Container) else PAGES.get(model, "")


def register_existing() -> int:
    """Register what is in the database and not in the registry yet; return the number of codes.

    For a database from before the registry. Codes of deleted records come from the history.
    """
    known = set(RegisteredCode.objects.values_list("code", flat=True))
    stored: list[GivenCode] = [
        (model, code, record)
        for model in passage_models()
        for code, record in model._base_manager.order_by("pk").values_list("code", "pk")
    ]
    stored += [
        (model, record.code, record.pk)
        for model in part_models()
        for record in with_relations(model, model._base_manager.order_by("pk"))
    ]
    given = [entry for entry in [*deleted_codes(), *stored] if entry[1] not in known]
    if given:
        register_codes(given, {})
        update_rows(list(RegisteredCode.objects.all()))
    if not PageAddress.objects.exists():
        update_addresses(list(present_pages()))
    return len(given)


def present_pages() -> Iterator[Change]:
    """Yield an unsaved change that adds each record that has a page."""
    for model in [*PAGES, *filter(page_of, passage_models())]:
        for record in model._base_manager.all():
            state, label = record_state(record), record_label(record)
            yield new_change(model, record.pk, ChangeKind.ADDED, label, state)


def deleted_codes() -> list[GivenCode]:
    """Return the codes of deleted records in the history."""
    models = {model._meta.label_lower: model for model in passage_models()}
    changes = Change.objects.filter(kind=ChangeKind.DELETED, model__in=models).order_by("pk")
    codes = {
        change.state["code"]: (models[change.model], change.state["code"], change.record)
        for change in changes
        if change.state.get("code")
    }
    return list(codes.values())


def begin_registry(using: str, **options: Any) -> None:
    """Register what an earlier release had stored (post_migrate)."""
    tables = connections[using].introspection.table_names()
    needed: list[type[Model]] = [PublicWording, *coded_models(), Change]
    if all(model._meta.db_table in tables for model in needed):
        register_existing()


def withhold(wordings: Iterable[PublicWording]) -> int:
    """Take the text of former wordings away for ever; return how many lost it.

    The texts of the page that had such a wording among others are withheld with it. Wordings that
    readers see now, under any code, are left as they are: they have to be changed or hidden first.
    """
    former = [
        wording
        for wording in wordings
        if wording.until and not wording.withheld_at and not is_seen(wording)
    ]
    pks = {wording.pk for wording in former}
    for wording in former:
        others = PublicWording.objects.filter(
            code__container=wording.code.container, language=wording.language, until__isnull=False
        ).exclude(text="")
        pks |= {other.pk for other in others if has_part(other, wording) and not is_seen(other)}
    PublicWording.objects.filter(pk__in=pks).update(text="", withheld_at=timezone.now())
    bump_version()
    return len(pks)


def is_seen(wording: PublicWording) -> bool:
    """Whether readers see a former wording now: under its code, another one, or within a page."""
    present = PublicWording.objects.filter(until=None)
    if present.filter(fingerprint=wording.fingerprint).exists():
        return True
    pages = present.filter(language=wording.language, text__contains=wording.text)
    return any(has_part(page, wording) for page in pages)


def has_part(whole: PublicWording, part: PublicWording) -> bool:
    """Whether the text of a page has the whole text of one of its statements, line by line."""
    return f"\n{part.text}\n" in f"\n{whole.text}\n"
