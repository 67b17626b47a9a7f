"""Propose changes of a record and its rows, and accept or refuse what is proposed."""

import json
from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.models import Proposal, ProposalState
from editing.ordered_formset import park
from history.actors import ARROW, shown_name
from history.change_diffs import in_words, language_of
from history.recording import columns, label, recording, state
from history.restoring import write
from languages import text_validation
from languages.text_diff import differences


def proposed_by(form):
    """Return the changes that a valid form of a stored record would make."""
    model, now = type(form.instance), state(form.instance)
    stored = state(model._base_manager.get(pk=form.instance.pk))
    names = set(form.changed_columns())
    return [
        proposed(form, field, stored[field.attname], now[field.attname])
        for field in columns(model)
        if field.name in names and stored[field.attname] != now[field.attname]
    ]


def added_by(form, row):
    """Return what a valid form of a new row would write; `row` tells it from other new ones."""
    now, empty = state(form.instance), state(type(form.instance)())
    return [
        proposed(form, field, None, now[field.attname]) | {"row": row}
        for field in columns(type(form.instance))
        if now[field.attname] != empty[field.attname]
    ]


def deleted_by(form):
    """Return the deletion of a stored row."""
    record = type(form.instance)._base_manager.get(pk=form.instance.pk)
    return [proposed(form, None, state(record), None)]


def proposed(form, field, base, value):
    return {
        "model": form.instance._meta.label_lower,
        "record": form.instance.pk,
        "column": field.name if field else None,
        "base": base,
        "proposed": value,
    }


def propose(record, author, changes, comment=""):
    """Keep a proposal for a publisher to decide on, with what its author says of it; return it."""
    return Proposal.objects.create(
        model=record._meta.label_lower,
        record=record.pk,
        label=label(record)[: Proposal._meta.get_field("label").max_length],
        author=author,
        author_name=author.get_username(),
        comment=comment[: Proposal._meta.get_field("comment").max_length],
        changes=changes,
    )


@dataclass
class Point:
    """One column of a proposal beside what is stored now.

    `pieces` lead from what was stored when it was proposed to what is proposed, `moved` from there
    to what is stored now, if that is something else.
    """

    key: str
    record: str
    is_gone: bool
    name: str
    stored: object
    pieces: list
    language: str = ""
    is_text: bool = False
    proposed: object = None
    moved: list = field(default_factory=list)


def points(proposal):
    """Return the Points of a proposal, in its order; what a new row stands in goes without."""
    return [
        point(str(number), change)
        for number, change in enumerate(proposal.changes)
        if not ("row" in change and is_owner(change, proposal))
    ]


def is_owner(change, proposal):
    related = apps.get_model(change["model"])._meta.get_field(change["column"]).related_model
    return related is not None and related._meta.label_lower == proposal.model


def point(key, change):
    model = apps.get_model(change["model"])
    is_new = "row" in change
    record = None if is_new else model._base_manager.filter(pk=change["record"]).first()
    named = {
        "key": key,
        "record": label(record) if record else "",
        "is_gone": record is None and not is_new,
    }
    if change["column"] is None:
        return Point(
            **named,
            name=_("The whole row is deleted"),
            stored=state(record) if record else None,
            pieces=differences(first_text(change["base"]), ""),
        )
    column = model._meta.get_field(change["column"])
    stored = state(record)[column.attname] if record else None
    words = [
        in_words(column, {column.attname: value})
        for value in (change["base"], change["proposed"], stored)
    ]
    is_moved = record is not None and stored not in (change["base"], change["proposed"])
    name = _("New row %(number)d, %(field)s") if is_new else "%(field)s"
    return Point(
        **named,
        name=name % {"number": change.get("row"), "field": column.verbose_name},
        language=language_of(column),
        is_text=isinstance(change["proposed"], str)
        and not column.choices
        and not column.is_relation,
        proposed=change["proposed"],
        stored=stored,
        pieces=differences(words[0], words[1]),
        moved=differences(words[0], words[2]) if is_moved else [],
    )


def first_text(values):
    """Return the longest text of a state, which tells a row best."""
    return max((value for value in values.values() if isinstance(value, str)), key=len, default="")


@dataclass
class Edit:
    """What a proposal does to one record: values for its fields, or its deletion."""

    record: object
    is_new: bool
    values: dict = field(default_factory=dict)
    is_deletion: bool = False


def accept(proposal, publisher, seen, texts):
    """Make the proposed changes, some with a publisher's own words, as one revision.

    `seen` maps the key of each Point to what was stored when the publisher looked, as text;
    `texts` maps some of them to the words to write. Raises ValidationError with a sentence,
    having changed nothing.
    """
    with recording(publisher) as recorder:
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        edits = edits_of(proposal, seen, texts)
        for edit in edits:
            if not edit.is_new and {column.name for column in edit.values} & {"number", "parent"}:
                park(type(edit.record)._base_manager.filter(pk=edit.record.pk))
        for edit in sorted(edits, key=lambda edit: not edit.is_deletion):
            if edit.is_deletion:
                edit.record.delete()
            else:
                write(edit.record, edit.values, is_new=edit.is_new)
        people = ARROW.join([proposal.author_name, publisher.get_username()])
        recorder.comment = f"{people}: {proposal.comment}" if proposal.comment else people
        decide(proposal, publisher, ProposalState.ACCEPTED)


def edits_of(proposal, seen, texts):
    """Return the Edits of a proposal, their records locked. Raises ValidationError."""
    edits = {}
    for key, change in enumerate(proposal.changes):
        where = (change["model"], change["record"], change.get("row"))
        if where not in edits:
            edits[where] = edit_of(change)
        edit = edits[where]
        column = change["column"] and type(edit.record)._meta.get_field(change["column"])
        now = state(edit.record)[column.attname] if column else state(edit.record)
        if not edit.is_new and as_text(now) != seen.get(str(key)):
            raise ValidationError(
                _("“%(record)s” has been changed since you opened this page. Look at it again.")
                % {"record": label(edit.record)}
            )
        if column:
            edit.values[column] = texts.get(str(key), change["proposed"])
        else:
            edit.is_deletion = True
    return list(edits.values())


def edit_of(change):
    model = apps.get_model(change["model"])
    if "row" in change:
        return Edit(model(), is_new=True)
    record = model._base_manager.select_for_update().filter(pk=change["record"]).first()
    if record is None:
        raise ValidationError(_("A row of this proposal was deleted. Refuse the proposal."))
    return Edit(record, is_new=False)


def refuse(proposal, publisher, reason):
    """Refuse a proposal with a reason. Raises ValidationError where there is none."""
    text_validation.check(reason)
    if not reason.strip():
        raise ValidationError(_("Please say why, so that the author knows."))
    with recording(publisher):
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        decide(proposal, publisher, ProposalState.REFUSED, reason.strip())


def check_open(proposal):
    if proposal.state != ProposalState.OPEN:
        person = shown_name(proposal.decided_by)
        raise ValidationError(
            _("%(person)s has decided on this proposal already.") % {"person": person}
        )


def decide(proposal, publisher, outcome, reason=""):
    proposal.state, proposal.reason = outcome, reason
    proposal.decided, proposal.decided_by = timezone.now(), publisher.get_username()
    proposal.save()


def as_text(value):
    """Return a stored value, or a whole state, as a form sends it back."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value).replace("\r\n", "\n")
