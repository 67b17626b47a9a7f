"""Saves, publishing, restoring and proposals of one goal at the same moment, on either database.

Each runs in a transaction of its own, in threads. Whatever their order, nothing is half written,
nothing is lost unseen, and what may happen once happens once.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms import modelform_factory
from django.utils import timezone

from accounts.models import User
from editing import proposals
from editing.merge_forms import MergingForm
from editing.models import Proposal
from editing.undoing import carry_out, fingerprint, plan_undo
from goals.models import Goal, Objective
from history.models import Change, ChangeKind, Revision
from history.recording import last_change, record_state, recording
from history.restoring import restore, restore_deleted
from library.scheduled_publishing import hide_due, publish_due
from search.checking import find_index_problems
from tests.factories import make_goal, make_objective
from tests.operations.databases import connected_to, database_copy
from translations.models import TranslationState
from translations.units import translate

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4
ROUNDS = 8
GoalForm = modelform_factory(Goal, form=MergingForm, fields=["title_ar", "title_en"])


@pytest.fixture
def address(tmp_path):
    """The address of a database to which several connections can be opened."""
    with database_copy(tmp_path / "portal.sqlite3") as copy:
        with connected_to(copy):
            goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
            for number in (1, 2, 3):
                make_objective(goal, number=number, text_ar="نص", text_en=f"Text {number}")
            for number in range(PEOPLE):
                User.objects.create_superuser(f"person{number}")
        yield copy


@pytest.fixture
def at_once(address):
    """Run a function with the numbers 0 to PEOPLE - 1 in threads at once; return the results.

    A ValidationError is a result.
    """
    barrier = threading.Barrier(PEOPLE)

    def run(function, number):
        with connected_to(address):
            person = User.objects.get(username=f"person{number}")
            barrier.wait()
            try:
                return function(number, person)
            except ValidationError as error:
                return error

    def run_all(function):
        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(lambda number: run(function, number), range(PEOPLE)))

    return run_all


def propose(person, *changes):
    return proposals.propose(
        Goal.objects.get(number=1),
        person,
        [
            {
                "model": record._meta.label_lower,
                "record": record.pk,
                "column": column,
                "base": getattr(record, column),
                "proposed": text,
            }
            for record, column, text in changes
        ],
    )


def accept(proposal, person):
    items = proposals.proposal_items(proposal)
    seen = {item.key: proposals.as_form_text(item.stored) for item in items}
    proposals.accept(proposal, person, seen, {})


def undo(revision, person):
    seen = fingerprint(plan_undo(revision))
    return carry_out(lambda: plan_undo(revision), person, seen, "undone")


def assert_consistent():
    """Assert that the history and the index end with what the records have."""
    for model in (Goal, Objective):
        for record in model.objects.all():
            last = last_change(model, record.pk)
            assert last.state == record_state(record), record
    assert list(find_index_problems()) == []


def test_deleted_records_are_restored_once(address, at_once):
    with connected_to(address):
        Objective.objects.all().delete()
        revision = Revision.objects.first()

    results = at_once(lambda number, person: restore_deleted(revision))

    assert sorted(len(restored) for restored in results) == [0, 0, 0, 3]
    with connected_to(address):
        assert Objective.objects.count() == 3
        assert_consistent()


def test_state_of_a_deleted_record_is_restored_once(address, at_once):
    with connected_to(address):
        objective = Objective.objects.get(number=1)
        change = last_change(Objective, objective.pk)
        objective.delete()
        seen = last_change(Objective, change.record).pk

    results = at_once(lambda number, person: restore(change, seen).pk)

    errors = [result for result in results if isinstance(result, ValidationError)]
    assert {error.code for error in errors} == {"conflict"}
    assert [result for result in results if result not in errors] == [change.record]
    with connected_to(address):
        assert_consistent()


def test_proposal_is_accepted_once(address, at_once):
    with connected_to(address):
        person = User.objects.get(username="person0")
        proposal = propose(person, (Goal.objects.get(), "title_en", "Proposed"))

    results = at_once(lambda number, person: accept(proposal, person))

    assert results.count(None) == 1
    with connected_to(address):
        assert Change.objects.filter(model="goals.goal", kind=ChangeKind.CHANGED).count() == 1
        assert_consistent()


def test_proposals_of_the_same_rows_in_any_order_do_not_block_each_other(address, at_once):
    for round_number in range(ROUNDS):
        with connected_to(address):
            person = User.objects.get(username="person0")
            rows = list(Objective.objects.order_by("number"))
            proposed = [
                propose(
                    person,
                    *((row, "text_en", f"{round_number}.{number}") for row in order),
                )
                for number, order in enumerate([rows, rows[::-1], rows[1:] + rows[:1], rows])
            ]

        results = at_once(
            lambda number, person, proposed=proposed: accept(proposed[number], person)
        )

        assert results.count(None) >= 1
        assert all(result is None or isinstance(result, ValidationError) for result in results)
        with connected_to(address):
            assert len(set(Objective.objects.values_list("text_en", flat=True))) == 1
            assert_consistent()


def test_goal_is_published_at_its_time_once(address, at_once):
    with connected_to(address):
        due = timezone.now() - timedelta(seconds=1)
        Goal.objects.update(is_published=False, publish_at=due)

    assert sorted(at_once(lambda number, person: publish_due())) == [0, 0, 0, 1]
    with connected_to(address):
        changes = Change.objects.filter(model="goals.goal").order_by("-pk")[:2]
        assert [change.state["is_published"] for change in changes] == [True, False]
        assert_consistent()


def test_every_publication_is_in_the_history(address, at_once):
    """As the actions of the administration do: some publish, others hide."""

    def switch(number, person):
        for _ in range(ROUNDS):
            wanted = number % 2 == 0
            Goal.objects.filter(is_published=not wanted).update(is_published=wanted)

    at_once(switch)
    with connected_to(address):
        assert_consistent()
        changes = Change.objects.filter(model="goals.goal").order_by("pk")
        states = [change.state["is_published"] for change in changes]
        assert all(former != later for former, later in pairwise(states))


def test_revision_is_undone_once(address, at_once):
    with connected_to(address):
        with recording():
            for row in Objective.objects.all():
                row.text_en = f"New {row.number}"
                row.save()
        revision = Revision.objects.latest("pk")

    results = at_once(lambda number, person: undo(revision, person))

    with connected_to(address):
        assert_consistent()
        texts = Objective.objects.order_by("number").values_list("text_en", flat=True)
        assert list(texts) == ["Text 1", "Text 2", "Text 3"]
        undone = [result for result in results if isinstance(result, tuple) and result[0]]
        assert len(undone) == 1
        assert Revision.objects.filter(comment="undone").count() == 1


class Work:
    """What one person does in the test of everything at once; counts what was confirmed."""

    def __init__(self, number, person):
        self.random, self.person, self.number = random.Random(number), person, number  # noqa: S311
        self.confirmed = []

    def text(self):
        text = f"{self.number}.{self.random.random()}"
        self.confirmed.append(text)
        return text

    def save(self):
        text = self.text()
        shown = Goal.objects.get()
        with recording(self.person):
            record = Goal.objects.select_for_update().get()
            list(Objective.objects.select_for_update().order_by("pk"))
            data = {"title_ar": shown.title_ar, "title_en": text}
            data |= {f"initial-{name}": getattr(shown, name) for name in data}
            form = GoalForm(data, instance=record)
            if not form.is_valid():
                raise ValidationError("conflict")
            form.save()

    def save_row(self):
        row = self.random.choice(Objective.objects.all())
        with recording(self.person):
            Goal.objects.select_for_update().get()
            stored = Objective.objects.select_for_update().get(pk=row.pk)
            if stored.text_en != row.text_en:
                raise ValidationError("conflict")
            stored.text_en = self.text()
            stored.save(update_fields=["text_en"])

    def publish(self):
        wanted = self.random.random() < 0.5
        Goal.objects.filter(is_published=not wanted).update(is_published=wanted)

    def schedule(self):
        Goal.objects.filter(is_published=False).update(publish_at=timezone.now())
        Goal.objects.filter(is_published=True).update(unpublish_at=timezone.now())
        hide_due()
        publish_due()

    def undo(self):
        undo(self.random.choice(Revision.objects.all()), self.person)

    def restore(self):
        model = self.random.choice([Goal, Objective])
        record = self.random.choice(model.objects.all())
        changes = Change.objects.filter(model=model._meta.label_lower, record=record.pk)
        restore(self.random.choice(changes), changes.first().pk)

    def accept(self):
        rows = self.random.sample(list(Objective.objects.all()), 2)
        texts = [self.text() for _row in rows]
        changes = [(row, "text_en", text) for row, text in zip(rows, texts, strict=True)]
        accept(propose(self.person, *changes), self.person)

    def translate(self):
        row = self.random.choice(TranslationState.objects.filter(model="goals.objective"))
        record = Objective.objects.get(pk=row.record)
        texts = {code: getattr(record, f"{row.field}_{code}") for code in ("ar", "en")}
        source = texts["en" if row.language == "ar" else "ar"]
        translate(row, self.text(), source, texts[row.language], self.person)

    def run(self):
        tasks = [self.save, self.save_row, self.publish, self.schedule, self.restore, self.undo]
        for _ in range(ROUNDS):
            task = self.random.choice([*tasks, self.accept, self.translate])
            number = len(self.confirmed)
            try:
                task()
            except ValidationError:
                del self.confirmed[number:]
        return self.confirmed


def test_everything_at_once_ends_as_the_history_says(address, at_once):
    results = at_once(lambda number, person: Work(number, person).run())

    with connected_to(address):
        assert_consistent()
        states = [str(state) for state in Change.objects.values_list("state", flat=True)]
        for text in (text for confirmed in results for text in confirmed):
            assert any(text in state for state in states), text
        assert not Proposal.objects.filter(state="accepted", decided_by="").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_update_leaves_out_rows_that_others_bring_into_its_filter_meanwhile(address):
    """A row that is hidden between the two statements of an update is not published unrecorded."""
    with connected_to(address):
        other = connection.copy()

        class Interfering:
            def __call__(self, execute, sql, params, many, context):
                result = execute(sql, params, many, context)
                if sql.startswith("SELECT") and "goals_goal" in sql and not self.done:
                    self.done = True
                    with other.cursor() as cursor:
                        cursor.execute("UPDATE goals_goal SET is_published = false")
                return result

            done = False

        with connection.execute_wrapper(Interfering()):
            updated = Goal.objects.filter(is_published=False).update(is_published=True)
        other.close()
        assert updated == 0
        assert not Goal.objects.get().is_published
