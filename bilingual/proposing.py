"""Propose changes of a record and its rows, and accept or refuse what is proposed."""

from typing import NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bilingual.history import columns, label, recording, state
from bilingual.models import Proposal
from bilingual.restoring import write
from bilingual.telling import in_words, language_of
from bilingual.wording import differences


def proposed_by(form):
    """Return the changes that a valid form of a stored record would make."""
    model, now = type(form.instance), state(form.instance)
    stored = state(model._base_manager.get(pk=form.instance.pk))
    names = set(form.changed_columns())
    return [
        {
            "model": model._meta.label_lower,
            "record": form.instance.pk,
            "column": field.name,
            "base": stored[field.attname],
            "proposed": now[field.attname],
        }
        for field in columns(model)
        if field.name in names and stored[field.attname] != now[field.attname]
    ]


def propose(record, author, changes):
    """Keep a proposal for a publisher to decide on; return it."""
    return Proposal.objects.create(
        model=record._meta.label_lower,
        record=record.pk,
        label=label(record)[: Proposal._meta.get_field("label").max_length],
        author=author,
        author_name=author.get_username(),
        changes=changes,
    )


class Point(NamedTuple):
    """One column of a proposal beside what is stored now.

    `pieces` lead from what was stored when it was proposed to what is proposed, `moved` from there
    to what is stored now, if that is something else.
    """

    key: str
    record: str
    name: str
    language: str
    is_text: bool
    proposed: object
    stored: object
    pieces: list
    moved: list
    is_gone: bool


def points(proposal):
    """Return the Points of a proposal, in its order."""
    return [point(str(number), change) for number, change in enumerate(proposal.changes)]


def point(key, change):
    model = apps.get_model(change["model"])
    record = model._base_manager.filter(pk=change["record"]).first()
    field = model._meta.get_field(change["column"])
    stored = state(record)[field.attname] if record else None
    words = [
        in_words(field, {field.attname: value})
        for value in (change["base"], change["proposed"], stored)
    ]
    is_moved = record is not None and stored not in (change["base"], change["proposed"])
    return Point(
        key,
        label(record) if record else "",
        field.verbose_name,
        language_of(field),
        isinstance(change["proposed"], str) and not field.choices and not field.is_relation,
        change["proposed"],
        stored,
        differences(words[0], words[1]),
        differences(words[0], words[2]) if is_moved else [],
        record is None,
    )


def accept(proposal, publisher, seen, texts):
    """Make the proposed changes, some with a publisher's own words, as one revision.

    `seen` maps the key of each Point to what was stored when the publisher looked, as text;
    `texts` maps some of them to the words to write. Raises ValidationError with a sentence,
    having changed nothing.
    """
    with recording(publisher) as recorder:
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        records = {}
        for key, change in enumerate(proposal.changes):
            model = apps.get_model(change["model"])
            where = (change["model"], change["record"])
            if where not in records:
                rows = model._base_manager.select_for_update().filter(pk=change["record"])
                records[where] = (rows.first(), {})
            record, values = records[where]
            if record is None:
                raise ValidationError(_("A row of this proposal was deleted. Refuse the proposal."))
            field = model._meta.get_field(change["column"])
            if as_text(state(record)[field.attname]) != seen.get(str(key)):
                raise ValidationError(
                    _("“%(record)s” has been changed since you opened this page. Look at it again.")
                    % {"record": label(record)}
                )
            values[field] = texts.get(str(key), change["proposed"])
        for record, values in records.values():
            write(record, values)
        recorder.comment = f"{proposal.author_name} → {publisher.get_username()}"
        decide(proposal, publisher, Proposal.State.ACCEPTED)


def refuse(proposal, publisher, reason):
    """Refuse a proposal with a reason. Raises ValidationError where there is none."""
    if not reason.strip():
        raise ValidationError(_("Please say why, so that the author knows."))
    with recording(publisher):
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_open(proposal)
        decide(proposal, publisher, Proposal.State.REFUSED, reason.strip())


def check_open(proposal):
    if proposal.state != Proposal.State.OPEN:
        raise ValidationError(
            _("%(person)s has decided on this proposal already.") % {"person": proposal.decided_by}
        )


def decide(proposal, publisher, outcome, reason=""):
    proposal.state, proposal.reason = outcome, reason
    proposal.decided, proposal.decided_by = timezone.now(), publisher.get_username()
    proposal.save()


def as_text(value):
    """Return a stored value as a form sends it back."""
    return "" if value is None else str(value).replace("\r\n", "\n")
