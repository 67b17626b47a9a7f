"""Brings many records back at once: undoes a revision, or returns to how they were at a time.

A plan says of each record what goes back and what stays; it is shown before it is carried out, and
carried out only while it is still the same. What somebody has changed since a revision stays.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from django.apps import apps
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils.translation import gettext as _

from editing.models import PUBLISH
from editing.ordered_formset import set_temporary_numbers
from editing.proposals import checking_publication
from editing.publishing_rights import concerns_readers, translation_columns
from history.actors import Account
from history.admin import history_admin_for
from history.change_diffs import column_language, display_value, previous_states
from history.locking import lock_record
from history.models import Change, ChangeKind, ColumnDiff, Revision, State
from history.recording import (
    Column,
    RecordedModel,
    is_same,
    last_changes,
    record_state,
    recorded_fields,
    recording,
)
from history.restoring import write_values
from languages.text_diff import word_diff
from translations.models import TRANSLATE

ACTIONS = {ChangeKind.ADDED: "add", ChangeKind.CHANGED: "change", ChangeKind.DELETED: "delete"}

type RecordKey = tuple[str, int]  # the label of a model and a primary key
type States = Mapping[RecordKey, State]  # of the records that exist


@dataclass(frozen=True)
class Step:
    """What becomes of one record.

    `now` is its state, None where it does not exist; `then` are the values that it gets back, by
    column, or None where it goes. `kept` are the values that somebody has changed since, `problem`
    a sentence on why the record stays as it is.
    """

    key: RecordKey
    label: str
    now: State | None
    then: State | None
    kept: State = field(default_factory=dict)
    problem: str = ""

    @property
    def model(self) -> type[RecordedModel]:
        """The model of the record."""
        return cast("type[RecordedModel]", apps.get_model(self.key[0]))

    @property
    def kind_of_record(self) -> str:
        """The name of the model in the active language."""
        return str(self.model._meta.verbose_name)

    @property
    def kind(self) -> ChangeKind:
        """Whether the record comes back, is changed or goes."""
        if self.then is None:
            return ChangeKind.DELETED
        return ChangeKind.ADDED if self.now is None else ChangeKind.CHANGED

    @property
    def goes_back(self) -> bool:
        """Whether anything of the record changes."""
        return not self.problem and (self.then is None or bool(self.then))

    @property
    def differences(self) -> list[ColumnDiff]:
        """The columns that change, from what they are now to what they become."""
        then = self.then if self.then is not None else dict.fromkeys(self.now or {}, "")
        return self.compared(self.now or {}, then)

    @property
    def kept_differences(self) -> list[ColumnDiff]:
        """The columns that stay, with the values that they have now."""
        return self.compared(self.kept, self.kept)

    def compared(self, left: State, right: State) -> list[ColumnDiff]:
        """Return a ColumnDiff of each column in `right`."""
        return [
            ColumnDiff(
                column.verbose_name,
                column_language(column),
                word_diff(display_value(column, left), display_value(column, right)),
            )
            for column in recorded_fields(self.model)
            if column.attname in right
            and (left.get(column.attname) or right[column.attname] not in (None, ""))
        ]


def plan_undo(revision: Revision) -> list[Step]:
    """Return a Step for each record that a revision changed, in the order of its changes."""
    changes = list(revision.changes.order_by("pk"))
    before, now = previous_states(changes), stored_states(changes)
    steps = [
        step
        for change in changes
        if (step := undo_step(change, before.get(change.pk), now.get(key_of(change)))) is not None
    ]
    return check_cascades(steps)


def undo_step(change: Change, before: State | None, now: State | None) -> Step | None:
    """Return what undoes one change, None where it is undone already."""
    key, label = key_of(change), change.label
    if change.kind == ChangeKind.DELETED:
        return Step(key, label, None, change.state) if now is None else None
    if now is None:
        gone = _("It was deleted since.")
        return None if change.kind == ChangeKind.ADDED else Step(key, label, None, {}, {}, gone)
    if before is None:
        model = apps.get_model(change.model)
        problem = "" if is_same(model, change.state, now) else _("Somebody has changed it since.")
        return Step(key, label, now, None, {}, problem)
    columns = [name for name in before if before[name] != change.state.get(name)]
    then = {name: before[name] for name in columns if now.get(name) == change.state.get(name)}
    changed = {name: now.get(name) for name in columns if name not in then}
    kept = {name: value for name, value in changed.items() if value != before[name]}
    return Step(key, label, now, then, kept) if then or kept else None


def plan_return(keys: Collection[RecordKey], time: datetime) -> list[Step]:
    """Return a Step for each record that is not as it was at a time."""
    steps = []
    for label in sorted({label for label, _pk in keys}):
        model, pks = apps.get_model(label), [pk for each, pk in keys if each == label]
        former, last = last_changes(model, pks, until=time), last_changes(model, pks)
        now = stored_states(last.values())
        for pk, change in last.items():
            past = former.get(pk)
            then = past.state if past is not None and past.kind != ChangeKind.DELETED else None
            step = return_step(change, now.get((label, pk)), then)
            if step is not None:
                steps.append(step)
    return check_cascades(steps)


def return_step(change: Change, now: State | None, then: State | None) -> Step | None:
    """Return what makes a record as it was, None where it is so."""
    key, label = key_of(change), change.label
    if now is None or then is None:
        return None if now == then else Step(key, label, now, then)
    columns = {name: value for name, value in then.items() if now.get(name) != value}
    return Step(key, label, now, columns) if columns else None


def key_of(change: Change) -> RecordKey:
    """Return the key of the record of a change."""
    return change.model, change.record


def stored_states(changes: Iterable[Change]) -> States:
    """Return the states of the records of some changes, by key, without those that are gone."""
    by_model: dict[str, list[int]] = {}
    for change in changes:
        by_model.setdefault(change.model, []).append(change.record)
    return {
        (label, record.pk): record_state(record)
        for label, pks in by_model.items()
        for record in apps.get_model(label)._base_manager.filter(pk__among=pks)
    }


def check_cascades(steps: Sequence[Step]) -> list[Step]:
    """Return the steps; a line of a document stays, and a record that others need that stay."""
    leaving = {step.key for step in steps if step.then is None and not step.problem}
    needed = needed_by_others(leaving)
    checked = []
    for step in steps:
        if step.model.is_source:
            step = replace(step, problem=_("Lines of documents never change."))
        elif step.key in needed:
            step = replace(step, problem=_("Something that was added since belongs to it."))
        checked.append(step)
    return checked


def needed_by_others(leaving: Set[RecordKey]) -> set[RecordKey]:
    """Return those of some records to be deleted with which others would be deleted too."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    for label in sorted({label for label, _pk in leaving}):
        pks = [pk for each, pk in leaving if each == label]
        collector.collect(list(apps.get_model(label)._base_manager.filter(pk__among=pks)))
    going = {
        (model._meta.label_lower, row.pk): row
        for model, rows in collector.data.items()
        if issubclass(model, RecordedModel)
        for row in rows
    }
    needed: set[RecordKey] = set()
    others = going.keys() - leaving
    while others:  # what stays keeps the records to which it points, and they keep theirs
        pointed_to = {key for other in others for key in keys_pointed_to(going[other])}
        others = (pointed_to & leaving) - needed
        needed |= others
    return needed


def keys_pointed_to(record: models.Model) -> Iterator[RecordKey]:
    """Yield the keys of the records to which the foreign keys of a record point."""
    for column in recorded_fields(type(record)):
        related = column.related_model
        key = getattr(record, column.attname)
        if related is not None and key is not None:
            yield related._meta.label_lower, key


def fingerprint(steps: Sequence[Step]) -> str:
    """Return a text that is another one where a plan is."""
    values = [(step.key, step.now, step.then, step.kept, step.problem) for step in steps]
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def may_carry_out(person: Account, steps: Iterable[Step]) -> bool:
    """Whether a person may do all that a plan does."""
    return all(may_write(person, step) for step in steps if step.goes_back)


def may_write(person: Account, step: Step) -> bool:
    """Whether a person may bring a record back; what readers see or would see needs PUBLISH."""
    model, columns = step.model, {*(step.then or {})}
    if step.kind == ChangeKind.CHANGED and columns <= translation_columns(model):
        return person.has_perm(TRANSLATE)
    if not person.has_perm(
        f"{model._meta.app_label}.{ACTIONS[step.kind]}_{model._meta.model_name}"
    ):
        return False
    after = None if step.then is None else {**(step.now or {}), **step.then}
    return person.has_perm(PUBLISH) or not concerns_readers(model, step.key[1], step.now, after)


def carry_out(
    plan: Callable[[], list[Step]], person: Account, seen: str, comment: str
) -> tuple[list[Step], list[Step]]:
    """Carry a plan out as one revision; return the steps that went back and those that stayed.

    `seen` is the fingerprint of the plan that the person saw. Raises ValidationError, and changes
    nothing, where it is another one now.
    """
    with recording(person, comment):
        lock(plan())
        steps = plan()
        if fingerprint(steps) != seen:
            raise ValidationError(
                _("Something of it has been changed since you opened this page. Look at it again.")
            )
        failed = write_steps([step for step in steps if step.goes_back])
    gone_back = [step for step in steps if step.goes_back and step.key not in failed]
    stayed = [step for step in steps if step.problem or step.kept or step.key in failed]
    return gone_back, [replace(step, problem=failed.get(step.key, step.problem)) for step in stayed]


def lock(steps: Sequence[Step]) -> None:
    """Lock the records of a plan until the end of the transaction, containers before their rows."""
    owners, records = set(), set()
    for step in steps:
        owner = owner_of(step)
        if owner is not None:
            owners.add(owner)
        records.add(step.key)
    for label, pk in [*sorted(owners), *sorted(records - owners)]:
        lock_record(apps.get_model(label), pk)


def owner_of(step: Step) -> RecordKey | None:
    """Return the key of the record on whose form a record stands as a row, its own for others."""
    model_admin = history_admin_for(step.model)
    if model_admin is None:
        return None
    column = model_admin.inline_foreign_keys().get(step.model)
    if column is None:
        return step.key
    owner = (step.now or step.then or {}).get(column)
    return (model_admin.opts.label_lower, owner) if owner else None


def write_steps(steps: Sequence[Step]) -> dict[RecordKey, str]:
    """Write what goes back; return a sentence about each record that could not, by its key.

    A record may depend on another one: what fails is tried again after the others. Raises
    ValidationError where records cannot exchange their numbers.
    """
    exchanging = free_numbers(steps)
    remaining, problems = list(steps), dict[RecordKey, str]()
    while remaining:
        failed: list[Step] = []
        for step in remaining:
            try:
                with transaction.atomic():
                    write(step, keeps_number=step.key not in exchanging)
            except (ValidationError, models.ProtectedError, models.RestrictedError) as error:
                problems[step.key] = " ".join(getattr(error, "messages", [])) or str(error)
                failed.append(step)
        if len(failed) == len(remaining):
            break
        remaining = failed
    for step in remaining:
        if step.key in exchanging:
            raise ValidationError(f"{step.label}: {problems[step.key]}")
    return {step.key: problems[step.key] for step in remaining}


def free_numbers(steps: Iterable[Step]) -> set[RecordKey]:
    """Give temporary numbers to the records that exchange theirs; return their keys."""
    exchanging = {
        step.key
        for step in steps
        if step.now is not None and step.then and {"number", "parent_id"} & {*step.then}
    }
    for label, pk in exchanging:
        set_temporary_numbers(apps.get_model(label)._base_manager.filter(pk=pk))
    return exchanging


def write(step: Step, *, keeps_number: bool = True) -> None:
    """Write one step. Raises ValidationError where the record would not be valid."""
    record = step.model._base_manager.filter(pk=step.key[1]).first()
    if step.then is None:
        if record is not None:
            record.delete()
        return
    written = step.then if keeps_number else {"number": (step.now or {})["number"], **step.then}
    values: dict[Column, Any] = {
        column: written[column.attname]
        for column in recorded_fields(step.model)
        if column.attname in written
    }
    is_new = record is None
    if record is None:
        record = step.model()
        record.pk = step.key[1]
    write_values(record, values, is_new=is_new)
    if step.then.get("is_published"):
        checking_publication.send(Step, edits=[(record, {"is_published"})])
