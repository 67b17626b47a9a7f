"""Merge the records of the content files with what people have edited in the database.

Three values of a column are compared: that of the file, that of the database, and that of the last
load. What people edited since stays; the other columns of the same record follow the file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError

from history.models import State
from history.recording import Column, record_state, recorded_fields
from library.models import ContentModel, RegisteredCode
from portal.content.files import ContentRecord, FileDifference, RecordProblem
from portal.content.loaded import (
    Digests,
    Identity,
    LoadedRecords,
    RecordKey,
    deleted_by_people,
    digest,
    file_identity,
    identity_columns,
    key_of,
    row_identity,
    state_identity,
)
from portal.content.references import References, UnresolvedError
from portal.content.registry_file import REGISTRY, Registry
from portal.content.writing import error_text, exchangeable_fields, park, validate

# The exceptions by which a value of a file shows that it does not fit its field.
VALUE_ERRORS = (UnresolvedError, ValidationError, TypeError, ValueError, OverflowError)


# Records of the files with their identity and stored row, None for no row.
type Pairs = list[tuple[ContentRecord, Identity, ContentModel | None]]
# A row, and the names of its fields that get other values for a while.
type Parked = tuple[ContentModel, list[str]]


REGISTERED = RegisteredCode._meta.label_lower


class Merge:
    """One attempt to write the records of the files.

    `faults` are withdrawals without a reason in the registry file, for which nothing is written.
    `left_out` are the records, by model and identity, that an earlier attempt could not write or
    remove. `problems` are those of this attempt, with the records to be left out in the next one.
    """

    def __init__(
        self,
        records: Sequence[ContentRecord],
        overwrite: bool,
        left_out: set[tuple[str, Identity]],
        registry: Registry,
    ) -> None:
        self.overwrite, self.left_out, self.registry = overwrite, left_out, registry
        self.records_by_model: dict[type[ContentModel], list[ContentRecord]] = {}
        for record in records:
            self.records_by_model.setdefault(record.model, []).append(record)
        self.counts: Counter[str] = Counter()
        self.changes: list[FileDifference] = []
        self.edited: list[FileDifference] = []
        self.problems: dict[tuple[str, Identity], RecordProblem] = {}
        self.faults: list[RecordProblem] = []
        self.loaded = LoadedRecords()
        self.references = References()
        self.present: dict[RecordKey, tuple[Identity, Digests]] = {}
        self.removed: dict[type[ContentModel], dict[int, FileDifference]] = {}
        self.deleted: dict[type[ContentModel], set[Identity]] = {}

    def run(self, progress: Any) -> None:
        """Write what follows the files, remove what was taken out, remember what was loaded."""
        matched = {model: self.match(model) for model in self.records_by_model}
        for model, pairs in matched.items():
            self.find_removed(model, {row.pk for _, _, row in pairs if row is not None})
        for model, pairs in matched.items():
            park(model, self.rows_to_park(model, pairs))
            for record, identity, row in pairs:
                self.merge(record, identity, row)
                progress.update()
        for model in reversed(matched):
            self.remove(model)
        if not self.problems:
            labels = {key.model for key in self.loaded.by_key} - {REGISTERED}
            self.loaded.write(self.present, labels)

    def match(self, model: type[ContentModel]) -> Pairs:
        """Return the records of a model with their identity and stored row, None for no row."""
        label = model._meta.label_lower
        rows = self.references.rows(model)
        by_identity = {row_identity(row): row for row in rows.values()}
        seen: dict[Identity, ContentRecord] = {}
        pairs = []
        for record in self.records_by_model[model]:
            try:
                identity = file_identity(record)
            except VALUE_ERRORS as error:
                self.problem(record, (record.file, record.position), error_text(error))
                continue
            if identity in seen:
                self.problem(record, identity, f"repeats {seen[identity]}.")
                continue
            seen[identity] = record
            self.counts[str(model._meta.verbose_name_plural)] += 1
            key = self.loaded.keys.get((label, identity))
            row = (rows.get(key.record) if key else None) or by_identity.get(identity)
            if row is not None:
                self.references.name(record, row)
            pairs.append((record, identity, row))
        return pairs

    def merge(self, record: ContentRecord, identity: Identity, row: ContentModel | None) -> None:
        """Write the columns of one record that follow its file; add to the results."""
        label = record.model._meta.label_lower
        last_key = self.loaded.keys.get((label, identity))
        if (label, identity) in self.left_out:
            if last_key:
                self.present[last_key] = (identity, self.loaded.digests(last_key))
            return
        if row is None and last_key and not self.overwrite:
            self.present[last_key] = (identity, self.loaded.digests(last_key))
            self.leave(record, "was deleted here, and stays so.")
            return
        try:
            wanted = self.wanted(record, identity)
            state = record_state(wanted)
            if row is None and not self.overwrite and self.was_deleted(record.model, state):
                self.leave(record, "was deleted here, and stays so.")
                return
            self.write(record, identity, row, wanted, state)
        except VALUE_ERRORS as error:
            self.problem(record, identity, error_text(error))

    def wanted(self, record: ContentRecord, identity: Identity) -> ContentModel:
        """Return an unsaved record with the values of the file. Raises one of VALUE_ERRORS."""
        wanted = record.model()
        for name in record.fields:
            setattr(wanted, name, self.references.field_value(record, name))
        if "code" in {field.name for field in recorded_fields(record.model)}:
            wanted.code = identity[0]  # type: ignore[attr-defined]
        return wanted

    def write(
        self,
        record: ContentRecord,
        identity: Identity,
        row: ContentModel | None,
        wanted: ContentModel,
        state: State,
    ) -> None:
        """Save a new record, or the columns of a stored one that nobody edited."""
        if row is None:
            validate(wanted)
            wanted.save()
            self.references.name(record, wanted)
            self.changes.append(FileDifference(record.file, str(record), "is new"))
            _, _, digests = self.compare(record, wanted, state)
            self.remember(wanted, identity, digests)
            return
        fields, edited, digests = self.compare(record, row, state)
        for field in fields:
            setattr(row, field.name, getattr(wanted, field.name))
        if fields:
            validate(row)
            if "is_published" in [field.name for field in fields] and not state["is_published"]:
                self.check_withdrawal(row, record.file)
            row.save(update_fields=[field.name for field in fields])
            names = ", ".join(field.name for field in fields)
            self.changes.append(FileDifference(record.file, str(record), f"changes {names}"))
        if edited:
            self.leave(record, f"{', '.join(edited)} stays as it was edited.")
        self.remember(row, identity, digests)

    def compare(
        self, record: ContentRecord, row: ContentModel, wanted: State
    ) -> tuple[list[Column], list[str], Digests]:
        """Return the fields that follow the file, the names of edited ones, and the digests.

        Only columns are compared that the file has, or had at the last load.
        """
        stored, last = record_state(row), self.loaded.digests(key_of(row))
        fields, edited, digests = [], [], {}
        for field in recorded_fields(type(row)):
            column = field.attname
            if field.name not in record.fields and column not in last:
                continue
            differs = stored[column] != wanted[column]
            if differs and not self.may_follow(row, column):
                edited.append(field.name)
                digests[column] = last.get(column, "")
                continue
            if differs:
                fields.append(field)
            if field.name in record.fields:
                digests[column] = digest(wanted[column])
        return fields, edited, digests

    def may_follow(self, row: ContentModel, column: str) -> bool:
        """Whether a column may get the value of the file."""
        return self.overwrite or not self.loaded.is_edited(row, column)

    def find_removed(self, model: type[ContentModel], kept: set[int]) -> None:
        """Find the rows of a model that were loaded and are not in the files any more."""
        label = model._meta.label_lower
        removed = self.removed.setdefault(model, {})
        for pk, row in self.references.rows(model).items():
            key = RecordKey(label, pk)
            last = self.loaded.digests(key)
            if not last or pk in kept:
                continue
            identity = self.loaded.identity(key)
            name = " ".join(str(part) for part in identity)
            is_edited = any(self.loaded.is_edited(row, column) for column in record_state(row))
            if is_edited and not self.overwrite:
                reason = "is not in the files any more, but was edited here, and stays."
                self.edited.append(FileDifference(label, name, reason))
            if (is_edited and not self.overwrite) or (label, identity) in self.left_out:
                self.present[key] = (identity, last)
            else:
                self.check_withdrawal(row, label)
                removed[pk] = FileDifference(label, name, "is not in the files any more: removed.")

    def rows_to_park(self, model: type[ContentModel], pairs: Pairs) -> Iterator[Parked]:
        """Yield each row with its unique values that another row may need: those that it leaves."""
        names = exchangeable_fields(model)
        label = model._meta.label_lower
        for record, identity, row in pairs:
            if row is not None and (label, identity) not in self.left_out:
                yield row, [name for name in names if self.leaves(record, row, name)]
        for pk in self.removed[model]:
            yield self.references.rows(model)[pk], names

    def leaves(self, record: ContentRecord, row: ContentModel, name: str) -> bool:
        """Whether the file gives a field another value, and nobody has edited it."""
        field = cast("Column", record.model._meta.get_field(name))
        try:
            if field.to_python(record.fields.get(name)) == getattr(row, name):
                return False
        except VALUE_ERRORS:  # named when the record is merged
            return False
        return self.may_follow(row, field.attname)

    def was_deleted(self, model: type[ContentModel], state: State) -> bool:
        """Whether people deleted the record that has this state in the files."""
        if model not in self.deleted:
            self.deleted[model] = deleted_by_people(model)
        return state_identity(state, identity_columns(model)) in self.deleted[model]

    def remove(self, model: type[ContentModel]) -> None:
        """Delete the rows of a model that were taken out of the files, if nothing needs them."""
        removed = self.removed[model]
        for row, target in self.rows_below(model, [*removed]):
            identity = self.loaded.identity(RecordKey(model._meta.label_lower, target))
            reason = f"cannot be removed, since “{row}” refers to it."
            problem = RecordProblem(removed[target].file, removed[target].record, reason)
            self.problems[model._meta.label_lower, identity] = problem
        if removed and not self.problems:
            model._default_manager.filter(pk__in=[*removed]).delete()
            self.changes += removed.values()

    def rows_below(
        self, model: type[ContentModel], pks: Sequence[int]
    ) -> Iterator[tuple[ContentModel, int]]:
        """Yield each row that stays and refers to one of these, with the key of that one."""
        for related in model._meta.related_objects:
            other = related.related_model
            if isinstance(other, type) and issubclass(other, ContentModel):
                going = self.removed.get(other, {})
                for row in other._base_manager.filter(**{f"{related.field.name}__in": pks}):
                    if row.pk not in going:
                        yield row, getattr(row, related.field.attname)

    def check_withdrawal(self, row: ContentModel, file: str) -> None:
        """Add a fault where a row is public, and the registry file has no reason to withdraw it."""
        code = getattr(row, "code", "")
        public = RegisteredCode.objects.filter(code=code, withdrawn_at=None)
        if public.exclude(published_at=None).exists() and not self.registry.has_reason(code):
            reason = f"cannot be withdrawn: {REGISTRY} has no reason in every language."
            self.faults.append(RecordProblem(file, code, reason))

    def problem(self, record: ContentRecord, identity: Identity, reason: str) -> None:
        """Add a problem of a record, which the next attempt leaves out."""
        self.problems[record.model._meta.label_lower, identity] = record.problem(reason)

    def leave(self, record: ContentRecord, reason: str) -> None:
        """Add a record of which something stays as people made it."""
        self.edited.append(FileDifference(record.file, str(record), reason))

    def remember(self, row: ContentModel, identity: Identity, digests: Digests) -> None:
        """Keep what is loaded now of a record."""
        self.present[key_of(row)] = (identity, digests)
