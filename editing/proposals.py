"""Proposals of changes to a record and its rows: making, showing, accepting and refusing them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any, cast

from django.apps import apps
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.merge_forms import MergingForm
from editing.models import Proposal, ProposalState, ProposedChange
from editing.notices import tell_author, tell_publishers
from editing.ordered_formset import set_temporary_numbers
from history.actors import ARROW, Account, shown_name
from history.change_diffs import column_language, display_value
from history.locking import lock_record
from history.models import Change, ChangeKind, State
from history.recording import (
    Column,
    RecordedModel,
    collecting,
    record_label,
    record_state,
    recorded_fields,
    recording,
)
from history.restoring import write_values
from languages import text_validation
from languages.text_diff import DiffPart, word_diff

# Sent when a proposal is accepted, in its transaction, and before a draft is sent for publication.
# `edits` are pairs of a record and the names of its fields that were written, `is_published` among
# them where it is published. A receiver that raises ValidationError refuses it.
checking_publication = Signal()


def proposed_changes(form: MergingForm) -> list[ProposedChange]:
    """Return the changes that a valid form of a stored record would make."""
    model, sent = type(form.instance), record_state(form.instance)
    stored = record_state(model._base_manager.get(pk=form.instance.pk))
    names = set(form.changed_columns())
    return [
        proposed_change(form.instance, field, stored[field.attname], sent[field.attname])
        for field in recorded_fields(model)
        if field.name in names and stored[field.attname] != sent[field.attname]
    ]


def proposed_record(record: models.Model, row: int = 0) -> list[ProposedChange]:
    """Return the changes that make a new record; `row` is its number in the form of another."""
    return proposed_state(record, record_state(record), row)


def proposed_state(record: models.Model, sent: State, row: int) -> list[ProposedChange]:
    """Return the changes that make a record of this model with the values of a state."""
    empty = record_state(type(record)())
    new = type(record)()
    return [
        proposed_change(new, field, None, sent[field.attname]) | {"row": row}
        for field in recorded_fields(type(record))
        if sent[field.attname] != empty[field.attname]
    ]


def proposed_deletion(record: models.Model) -> list[ProposedChange]:
    """Return the deletion of a stored record, as a list of one change."""
    return [proposed_change(record, None, states_to_delete(record), None)]


def proposed_publishing(record: models.Model) -> list[ProposedChange]:
    """Return the publishing of a stored draft, as a list of one change."""
    field = cast("Column", record._meta.get_field("is_published"))
    return [proposed_change(record, field, False, True)]


def proposed_change(
    record: models.Model, field: Column | None, base: Any, value: Any
) -> ProposedChange:
    """Return the change of a field from a value to another; without a field, the deletion."""
    return {
        "model": record._meta.label_lower,
        "record": record.pk,
        "column": field.name if field else None,
        "base": base,
        "proposed": value,
    }


def states_to_delete(record: models.Model, *, locks: bool = False) -> State:
    """Return the states of a record and of all that is deleted with it, by model and key.

    `locks` says whether to lock them until the end of the transaction.
    """
    collector = NestedObjects(using=router.db_for_write(type(record)))
    collector.collect([record])
    states: State = {}
    for model, rows in collector.data.items():
        if issubclass(model, RecordedModel):
            keys = [row.pk for row in rows]
            stored = model._base_manager.filter(pk__among=keys).order_by("pk")
            stored = stored.select_for_update() if locks else stored
            states |= {f"{model._meta.label_lower} {row.pk}": record_state(row) for row in stored}
    return states


@contextmanager
def proposing(record: models.Model, author: Account, comment: str = "") -> Iterator[None]:
    """Propose what the block changes, about a stored record, instead of changing it.

    The block is undone at its end; nothing is proposed where it changes nothing.
    """
    with transaction.atomic():
        with transaction.atomic():
            with collecting() as changes:
                yield
            transaction.set_rollback(True)
        proposed = [
            each for row, change in enumerate(changes, 1) for each in as_proposed(change, row)
        ]
        if proposed:
            propose(record, author, proposed, comment)


def as_proposed(change: Change, row: int) -> list[ProposedChange]:
    """Return a change as a proposal has it; `row` is the number of a new record."""
    model: type[models.Model] = apps.get_model(change.model)
    record = model()
    record.pk = change.record
    if change.kind == ChangeKind.ADDED:
        return proposed_state(record, change.state, row)
    if change.kind == ChangeKind.DELETED:
        return [proposed_change(record, None, states_to_delete(record), None)]
    return [
        proposed_change(record, field, change.before[field.attname], change.state[field.attname])
        for field in recorded_fields(model)
        if change.before[field.attname] != change.state[field.attname]
    ]


def propose(
    record: models.Model, author: Account, changes: Sequence[ProposedChange], comment: str = ""
) -> Proposal:
    """Create and return an open proposal, and tell publishers."""
    proposal = Proposal.objects.create(
        model=record._meta.label_lower,
        record=record.pk,
        label=record_label(record)[: Proposal._meta.get_field("label").max_length],
        author=author,
        author_name=author.get_username(),
        comment=comment[: Proposal._meta.get_field("comment").max_length],
        changes=list(changes),
    )
    tell_publishers(proposal)
    return proposal


@dataclass
class ProposalItem:
    """One change of a proposal beside the stored value, for the page of the proposal.

    `parts` is the diff from the base to the proposed value, `stored_parts` that from the base to
    the stored value, [] where the stored value is the base or the proposed one.
    """

    key: str  # the position in Proposal.changes
    record: str
    is_gone: bool  # whether the record was deleted
    name: str
    stored: Any
    parts: list[DiffPart]
    language: str = ""
    is_text: bool = False
    proposed: Any = None
    stored_parts: list[DiffPart] = field(default_factory=list)


def proposal_items(proposal: Proposal) -> list[ProposalItem]:
    """Return the items of a proposal in its order, without the parents of new rows."""
    return [
        proposal_item(str(number), change)
        for number, change in enumerate(proposal.changes)
        if not ("row" in change and is_key_to_parent(change, proposal))
    ]


def changed_column(change: ProposedChange) -> Column | None:
    """Return the field that a change is of, None for the deletion of a row."""
    if change["column"] is None:
        return None
    return cast("Column", apps.get_model(change["model"])._meta.get_field(change["column"]))


def is_key_to_parent(change: ProposedChange, proposal: Proposal) -> bool:
    """Whether the column of a change is the foreign key to the record of the proposal."""
    column = changed_column(change)
    related = column.related_model if column else None
    is_row = change["model"] != proposal.model
    return is_row and related is not None and related._meta.label_lower == proposal.model


def proposal_item(key: str, change: ProposedChange) -> ProposalItem:
    """Return the ProposalItem of one change; `key` is its position in the proposal, as a text."""
    model: type[models.Model] = apps.get_model(change["model"])
    is_new = "row" in change
    record = None if is_new else model._base_manager.filter(pk=change["record"]).first()
    new_item = partial(
        ProposalItem,
        key=key,
        record=record_label(record) if record else "",
        is_gone=record is None and not is_new,
    )
    column = changed_column(change)
    if column is None:
        return new_item(
            name=_("It is deleted"),
            stored=states_to_delete(record) if record else None,
            parts=word_diff(longest_text(change["base"]), ""),
        )
    stored = record_state(record)[column.attname] if record else None
    base, proposed, current = (
        display_value(column, {column.attname: value})
        for value in (change["base"], change["proposed"], stored)
    )
    has_changed = record is not None and stored not in (change["base"], change["proposed"])
    name = _("New row %(number)d, %(field)s") if change.get("row") else "%(field)s"
    return new_item(
        name=name % {"number": change.get("row"), "field": column.verbose_name},
        language=column_language(column),
        is_text=isinstance(change["proposed"], str)
        and not column.choices
        and not column.is_relation,
        proposed=change["proposed"],
        stored=stored,
        parts=word_diff(base, proposed),
        stored_parts=word_diff(base, current) if has_changed else [],
    )


def longest_text(state: State) -> str:
    """Return the longest text of a state or of several, by which people recognise a row best."""
    values = (longest_text(value) if isinstance(value, dict) else value for value in state.values())
    return max((value for value in values if isinstance(value, str)), key=len, default="")


@dataclass
class RecordEdit:
    """The changes of a proposal to one record: values by field, or its deletion."""

    record: models.Model
    is_new: bool
    values: dict[Column, Any] = field(default_factory=dict)
    is_deletion: bool = False


def accept(
    proposal: Proposal, publisher: Account, seen: Mapping[str, str], texts: Mapping[str, str]
) -> None:
    """Make the proposed changes, some with the publisher's own texts, as one revision.

    `seen` maps the key of each ProposalItem to the stored value that the publisher saw, from
    as_form_text(); `texts` maps some of the keys to the texts to write instead. Raises
    ValidationError, and changes nothing, where a stored value is another one now or is not valid.
    """
    with recording(publisher) as recorder:
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        lock_records(proposal)
        edits = collect_edits(proposal, seen, texts)
        for edit in edits:
            if not edit.is_new and {column.name for column in edit.values} & {"number", "parent"}:
                set_temporary_numbers(type(edit.record)._base_manager.filter(pk=edit.record.pk))
        for edit in sorted(edits, key=lambda edit: not edit.is_deletion):
            if edit.is_deletion:
                edit.record.delete()
            else:
                write_values(edit.record, edit.values, is_new=edit.is_new)
        written = [
            (edit.record, {column.name for column in edit.values})
            for edit in edits
            if not edit.is_deletion
        ]
        checking_publication.send(Proposal, edits=written)
        people = ARROW.join([proposal.author_name, publisher.get_username()])
        recorder.comment = f"{people}: {proposal.comment}" if proposal.comment else people
        decide(proposal, publisher, ProposalState.ACCEPTED)


def lock_records(proposal: Proposal) -> None:
    """Lock the records of a proposal in the order in which a form of the admin locks them."""
    if proposal.record is not None:
        lock_record(apps.get_model(proposal.model), proposal.record)
    rows = {(change["model"], change["record"]) for change in proposal.changes}
    for model, pk in sorted((model, pk) for model, pk in rows if pk is not None):
        lock_record(apps.get_model(model), pk)


def collect_edits(
    proposal: Proposal, seen: Mapping[str, str], texts: Mapping[str, str]
) -> list[RecordEdit]:
    """Return the edits of a proposal, and lock their records.

    Raises ValidationError where a stored value is another one than in `seen`.
    """
    edits: dict[tuple[str, int | None, int | None], RecordEdit] = {}
    for key, change in enumerate(proposal.changes):
        target = (change["model"], change["record"], change.get("row"))
        if target not in edits:
            edits[target] = lock_and_build_edit(change)
        edit = edits[target]
        column = changed_column(change)
        if column:
            stored = record_state(edit.record)[column.attname]
        else:
            stored = states_to_delete(edit.record, locks=True)
        if not edit.is_new and as_form_text(stored) != seen.get(str(key)):
            raise ValidationError(
                _("“%(record)s” has been changed since you opened this page. Look at it again.")
                % {"record": record_label(edit.record)}
            )
        if column:
            edit.values[column] = texts.get(str(key), change["proposed"])
        else:
            edit.is_deletion = True
    return list(edits.values())


def lock_and_build_edit(change: ProposedChange) -> RecordEdit:
    """Return an empty edit for the record of a change. Raises ValidationError for none."""
    model = apps.get_model(change["model"])
    if "row" in change:
        return RecordEdit(model(), is_new=True)
    record = lock_record(model, change["record"])
    if record is None:
        raise ValidationError(_("A row of this proposal was deleted. Refuse the proposal."))
    return RecordEdit(record, is_new=False)


def refuse(proposal: Proposal, publisher: Account, reason: str) -> None:
    """Refuse a proposal with a reason. Raises ValidationError for an empty or invalid reason."""
    text_validation.validate_text(reason)
    if not reason.strip():
        raise ValidationError(_("Please say why, so that the author knows."))
    with recording(publisher):
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        decide(proposal, publisher, ProposalState.REFUSED, reason.strip())


def check_open(proposal: Proposal) -> None:
    """Raise ValidationError where somebody has decided on a proposal already."""
    if proposal.state != ProposalState.OPEN:
        person = shown_name(proposal.decided_by)
        raise ValidationError(
            _("%(person)s has decided on this proposal already.") % {"person": person}
        )


def decide(
    proposal: Proposal, publisher: Account, outcome: ProposalState, reason: str = ""
) -> None:
    """Store a decision, and tell the author."""
    proposal.state, proposal.reason = outcome, reason
    proposal.decided, proposal.decided_by = timezone.now(), publisher.get_username()
    proposal.save()
    tell_author(proposal)


def as_form_text(value: Any) -> str:
    """Return a stored value as the text that a form sends back unchanged; of states a digest."""
    if isinstance(value, dict):
        return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    return "" if value is None else str(value).replace("\r\n", "\n")
