"""Editors and publishers at work in any order: nothing is lost, as a model says.

Drafts and proposals, publishing and withdrawing by hand and at set times, accepting, refusing and
undoing any earlier change: nothing is lost, and nothing changes that readers see without a
publisher.
"""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from editing.models import Proposal, ProposalState
from editing.proposals import accept, as_form_text, refuse
from editing.undoing import carry_out, fingerprint, plan_undo
from goals.models import Goal
from history.models import Revision
from history.recording import recording
from library.scheduled_publishing import hide_due, publish_due
from tests.editing.test_roles import client_with_role
from tests.examples import examples
from tests.factories import make_goal
from tests.forms import AdminForm
from tests.portal.test_admin import address

FIELDS = ["subject_ar", "subject_en", "title_en"]
SOURCE = "subject_ar"
COLUMNS = [*FIELDS, "is_published", "publish_at", "unpublish_at"]
WORDS = st.sampled_from(["واحد", "two", "ثلاثة كلمات", "four words"])
EARLIER = st.integers(0, 30)
numbers = count(1)

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("edit"),
            st.sampled_from(["editor", "publisher"]),
            st.sampled_from(FIELDS),
            WORDS,
        ),
        st.tuples(st.just("both"), st.sampled_from(["editor", "publisher"]), WORDS),
        st.tuples(st.just("send")),
        st.tuples(st.just("publish"), st.booleans()),
        st.tuples(st.just("schedule"), st.sampled_from(["publish_at", "unpublish_at"])),
        st.tuples(st.just("time passes")),
        st.tuples(st.just("decide"), st.booleans(), EARLIER),
        st.tuples(st.just("undo"), EARLIER),
    ),
    min_size=3,
    max_size=14,
)


class Desk:
    """What is stored according to the model, the changes that led to it, and open proposals.

    A change is a pair of the values before and after it, by column; a proposal has new values.
    """

    def __init__(self, goal, clients, publisher):
        self.goal, self.clients, self.publisher = goal, clients, publisher
        self.values = {column: getattr(goal, column) for column in COLUMNS}
        self.revisions, self.proposals = [], []

    def write(self, **values):
        """Write values in the model, as one change."""
        after = {name: value for name, value in values.items() if self.values[name] != value}
        if after:
            before = {name: self.values[name] for name in after}
            self.values |= after
            self.revisions.append((Revision.objects.latest("pk"), before, after))

    def form(self, role):
        where = address("goals_goal_change", self.goal.pk, language="en")
        return AdminForm(self.clients[role], where)

    def edit(self, role, **values):
        """Send the form of the goal; what an editor changes in a public source waits."""
        changed = {name: value for name, value in values.items() if self.values[name] != value}
        assert self.form(role).send(**values).status_code == 302
        waits = role == "editor" and self.values["is_published"] and SOURCE in changed
        if waits:
            self.proposals.append(changed)
        else:
            self.write(**changed)

    def send(self):
        """An editor sends a draft for publication."""
        if not self.values["is_published"]:
            assert self.form("editor").send(_propose="1").status_code == 302
            self.proposals.append({"is_published": True})

    def publish(self, is_published):
        """A publisher publishes or hides the page, by its form."""
        ticked = "on" if is_published else None
        assert self.form("publisher").send(is_published=ticked).status_code == 302
        self.write(is_published=is_published)

    def schedule(self, column):
        """A time is set that is over at the next look."""
        time = timezone.now().replace(microsecond=0) - timedelta(minutes=1)  # as forms have times
        with recording(self.publisher):
            Goal.objects.filter(pk=self.goal.pk).update(**{column: time})
        self.write(**{column: time})

    def time_passes(self):
        """What is due is hidden, then published, as the thread does it."""
        if hide_due():
            self.write(is_published=False, unpublish_at=None)
        if publish_due():
            self.write(is_published=True, publish_at=None)

    def decide(self, accepts, number):
        """A publisher decides on one of the open proposals."""
        stored = list(Proposal.objects.filter(state=ProposalState.OPEN).order_by("pk"))
        assert len(stored) == len(self.proposals)
        if not stored:
            return
        number %= len(stored)
        proposed = self.proposals.pop(number)
        if accepts:
            seen = {
                str(key): as_form_text(self.values[change["column"]])
                for key, change in enumerate(stored[number].changes)
            }
            accept(stored[number], self.publisher, seen, {})
            self.write(**proposed)
        else:
            refuse(stored[number], self.publisher, "No.")

    def undo(self, number):
        """A publisher undoes an earlier change; what has changed since stays."""
        if not self.revisions:
            return
        revision, before, after = self.revisions[number % len(self.revisions)]
        steps = plan_undo(revision)
        kept = {name for step in steps for name in step.kept}
        carry_out(lambda: plan_undo(revision), self.publisher, fingerprint(steps), "undone")
        back = {name: value for name, value in before.items() if self.values[name] == after[name]}
        assert kept == {
            name for name in before if self.values[name] not in (before[name], after[name])
        }
        self.write(**back)

    def check(self):
        """Compare what is stored with the model."""
        self.goal.refresh_from_db()
        assert {column: getattr(self.goal, column) for column in COLUMNS} == self.values
        waiting = Proposal.objects.filter(state=ProposalState.OPEN).count()
        assert waiting == len(self.proposals)


@pytest.fixture
def clients(db):
    return {role: client_with_role(role) for role in ("editor", "publisher")}


@pytest.mark.no_cover
@pytest.mark.whole_site
@pytest.mark.django_db
@settings(
    max_examples=examples(40 if connection.vendor == "sqlite" else 20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_history_of_the_desk_ends_as_in_a_model_that_loses_nothing(clients, steps):
    with transaction.atomic():
        values = {"subject_ar": "موضوع", "subject_en": "Subject", "title_en": "Title"}
        goal = make_goal(number=next(numbers), is_published=False, **values)
        desk = Desk(goal, clients, User.objects.get(username="publisher"))
        for task, *details in steps:
            if task == "edit":
                role, field, text = details
                desk.edit(role, **{field: text})
            elif task == "both":
                role, text = details
                desk.edit(role, subject_ar=text, subject_en=text)
            else:
                getattr(desk, task.replace(" ", "_"))(*details)
            desk.check()
        transaction.set_rollback(True)
