"""Random histories of edits: what is exported loads elsewhere as it was; edits survive loads."""

import json
import tempfile
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.models import Goal, Objective
from library.models import PublicWording, RegisteredCode
from library.publication import PublicationError
from library.registry import withhold
from tests.examples import examples
from tests.factories import make_correction, make_document, make_goal, make_line, make_term
from tests.portal.test_exported_content import exported
from tests.portal.test_registry_file import empty_database

pytestmark = pytest.mark.django_db

LINES = [f"سطر {number}" for number in range(1, 7)]
FEW = settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NUMBERS = st.integers(1, 3)
WORDS = st.sampled_from(["One", "Two", "Three", "Two\nlines", "“Marks” & <tags>", " é "])


@contextmanager
def small_content():
    """A portal with a document, two goals and their objectives, which is rolled back."""
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        text = "\n".join(LINES)
        document = make_document(slug="document", sha256=sha256(text.encode()).hexdigest())
        lines = [make_line(line, document=document) for line in LINES]
        make_correction(lines[0], "سطر", "السطر")
        make_term(slug="term", line=lines[1])
        for number in (1, 2):
            goal = make_goal(
                number=number,
                slug=f"goal-{number}",
                title_ar=lines[number].wording,
                line=lines[number],
            )
            for below in (1, 2):
                add_objective(goal.number, below, f"Objective {below}")
        yield Path(folder)
        transaction.set_rollback(True)


def objectives(goal):
    return Objective.objects.filter(goal__number=goal)


def add_objective(goal, number, text):
    goal = Goal.objects.filter(number=goal).first()
    if goal and not objectives(goal.number).filter(number=number).exists():
        fields = {"text_ar": goal.line.wording, "text_en": text, "line": goal.line}
        Objective.objects.create(goal=goal, number=number, **fields)


def edit_objective(goal, number, text):
    objectives(goal).filter(number=number).update(text_en=text)


def delete_objective(goal, number, text):
    objectives(goal).filter(number=number).delete()


def withdraw_goal(goal, number, text):
    Goal.objects.filter(number=goal).update(is_published=number == 1)
    reason = {"reason_en": text.strip(), "reason_ar": text.strip()}
    RegisteredCode.objects.filter(code=f"GPG {goal}").update(**reason)


def delete_goal(goal, number, text):
    if number == 3:
        Goal.objects.filter(number=goal).delete()


def move_page(goal, number, text):
    goal = Goal.objects.filter(number=goal).first()
    if goal:
        goal.slug = f"goal-{goal.number}-{number}"
        goal.save()


def swap_numbers(goal, number, text):
    first, second = (objectives(goal).filter(number=each).first() for each in (1, 2))
    if first and second:
        for row, new in ((first, 90), (second, 1), (first, 2)):
            Objective.objects.filter(pk=row.pk).update(number=new)


def withhold_former(goal, number, text):
    withhold(PublicWording.objects.exclude(until=None).filter(code__code=f"GPG {goal}.{number}"))


def supersede(goal, number, text):
    row = RegisteredCode.objects.filter(code=f"GPG {goal}.{number}").first()
    successor = RegisteredCode.objects.filter(code=f"GPG {3 - goal}.1", successor=None).first()
    if row and successor and not row.predecessors.exists():
        row.successor = successor
        row.save()


STEPS = [
    add_objective,
    edit_objective,
    delete_objective,
    withdraw_goal,
    delete_goal,
    move_page,
    swap_numbers,
    withhold_former,
    supersede,
]


@pytest.mark.no_cover
@pytest.mark.whole_site
@FEW
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 2), NUMBERS, WORDS)),
    drafts=st.booleans(),
)
def test_whatever_was_edited_is_the_same_elsewhere(steps, drafts):
    with small_content() as folder:
        for step, *values in steps:
            with suppress(PublicationError), transaction.atomic():
                step(*values)
        first = exported(folder / "first", drafts=drafts)
        states = [(row.code, row.state) for row in RegisteredCode.objects.all()]
        empty_database()

        call_command("load_content", directory=folder / "first", verbosity=0)

        assert exported(folder / "second", drafts=drafts) == first
        assert [(row.code, row.state) for row in RegisteredCode.objects.all()] == states


@pytest.mark.no_cover
@pytest.mark.whole_site
@FEW
@given(
    in_files=st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=2),
    by_people=st.dictionaries(
        st.tuples(st.integers(0, 1), st.sampled_from(["text_ar", "text_en"])), WORDS
    ),
    are_swapped=st.booleans(),
)
def test_load_changes_what_nobody_edited_and_nothing_else(in_files, by_people, are_swapped):
    with small_content() as folder:
        Goal.objects.update(is_published=False)  # a draft may say anything
        exported(folder, drafts=True)
        empty_database()
        call_command("load_content", directory=folder, verbosity=0)
        codes = ["GPG 1.1", "GPG 1.2"]
        before = [Objective.objects.get(code=code) for code in codes]
        for (index, column), text in by_people.items():
            Objective.objects.filter(code=codes[index]).update(**{column: text})
        path = folder / "goals/objectives.json"
        items = json.loads(path.read_text(encoding="utf-8"))
        numbers = [2, 1] if are_swapped else [1, 2]
        for item, texts, number in zip(items, in_files, numbers, strict=False):
            item["fields"] |= {"text_ar": texts[0], "text_en": texts[1], "number": number}
        path.write_text(json.dumps(items), encoding="utf-8")

        call_command("load_content", directory=folder, verbosity=0)

        for index, code in enumerate(codes):
            row = Objective.objects.get(code=code)
            assert row.number == numbers[index]
            for column, text in zip(["text_ar", "text_en"], in_files[index], strict=True):
                former = getattr(before[index], column)
                edited = by_people.get((index, column), former)
                is_edited = edited != former
                assert getattr(row, column) == (edited if is_edited else text)
