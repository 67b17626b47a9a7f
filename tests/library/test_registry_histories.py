"""Random histories: a code stands for one thing, and whatever was public is found for ever."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.models import Goal, Objective
from history.models import Change
from history.recording import recording
from history.restoring import restore
from library.codes import sort_key
from library.models import PageAddress, PublicWording, RegisteredCode
from library.publication import PublicationError
from library.registry import withhold
from tests.examples import examples
from tests.factories import make_goal, make_line

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

ACTIONS = [
    "add",
    "delete",
    "bring back",
    "renumber",
    "reword",
    "rename",
    "hide",
    "publish",
    "withhold",
    "delete goal",
]


class Histories:
    """Does what editors do, and keeps what was public by itself: a model without a registry."""

    def __init__(self):
        self.count = 0
        self.goal = make_goal(number=1, slug="slug-0")
        self.subject_by_code = {}  # what each code was first given to: model, text of the birth
        self.public_codes, self.public_addresses, self.public_texts = set(), set(), set()
        self.withheld = set()
        self.notice()

    def next(self):
        self.count += 1
        return self.count

    def goals(self):
        return Goal.objects.filter(pk=self.goal.pk)

    def objectives(self):
        return Objective.objects.order_by("number")

    def do(self, action, choice):
        getattr(self, action.replace(" ", "_"))(choice)
        self.notice()

    def add(self, _choice):
        if self.goals():
            number = max([0, *self.objectives().values_list("number", flat=True)]) + 1
            text = f"Text {self.next()}"
            fields = {"text_en": text, "text_ar": text, "line": make_line(text)}
            Objective.objects.create(goal_id=self.goal.pk, number=number, **fields)

    def delete(self, choice):
        rows = list(self.objectives())
        if rows:
            rows[choice % len(rows)].delete()

    def delete_goal(self, _choice):
        for goal in self.goals():
            goal.delete()

    def bring_back(self, choice):
        deleted = list(Change.objects.filter(kind="deleted", model__startswith="goals."))
        goals = [change for change in deleted if change.model == "goals.goal"]
        change = (goals if goals and not self.goals() else deleted or [None])[0]
        if change is None:
            return
        model = Goal if change.model == "goals.goal" else Objective
        later = Change.objects.filter(model=change.model, record=change.record).first()
        is_free = model is Goal or (
            self.goals() and not Objective.objects.filter(number=change.state["number"])
        )
        if is_free and later == change and not model.objects.filter(pk=change.record):
            self.show(lambda: restore(change, change.pk))

    def renumber(self, choice):
        rows = list(self.objectives())
        if rows:
            row = rows[choice % len(rows)]
            row.number = 100 + self.next()
            row.save()

    def reword(self, choice):
        rows = list(self.objectives())
        if rows:
            row = rows[choice % len(rows)]
            row.text_en = f"Text {self.next()}"
            row.save()

    def rename(self, _choice):
        for goal in self.goals():
            goal.slug = f"slug-{self.next()}"
            goal.save()

    def hide(self, _choice):
        self.goals().update(is_published=False)

    def publish(self, _choice):
        self.show(lambda: self.goals().update(is_published=True))

    def show(self, act):
        """Do what may show a withheld wording again: then it is refused, and else it is not."""
        withheld = {text for _code, _mark, text in self.withheld}
        try:
            with transaction.atomic(), recording():
                act()
                shown = self.shown()
        except PublicationError:
            assert shown & withheld
        else:
            assert not shown & withheld

    def shown(self):
        """Return all texts that readers see: those of the objectives, and that of the page."""
        texts = set()
        for goal in self.goals().filter(is_published=True):
            objectives = sorted(self.objectives(), key=lambda row: sort_key(row.code))
            for language in ("ar", "en"):
                parts = [getattr(row, f"text_{language}") for row in objectives]
                texts |= {*parts, "\n".join([getattr(goal, f"title_{language}"), *parts])}
        return texts

    def withhold(self, choice):
        former = list(PublicWording.objects.filter(until__isnull=False).exclude(text=""))
        if former:
            wording = former[choice % len(former)]
            text = wording.text
            if withhold([wording]):
                self.withheld.add((wording.code.code, wording.fingerprint, text))

    def notice(self):
        """Keep what readers see now, and check that each code has its first subject."""
        for model in (Goal, Objective):
            for record in model.objects.all():
                subject = self.subject_by_code.setdefault(record.code, (model, record.pk))
                assert subject == (model, record.pk), record.code
        for goal in self.goals().filter(is_published=True):
            self.public_addresses.add(f"/en/goals/{goal.slug}/")
            self.public_codes |= {goal.code, *self.objectives().values_list("code", flat=True)}
            self.public_texts |= {
                (objective.code, objective.text_en) for objective in self.objectives()
            }


@settings(
    max_examples=examples(10),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5)), min_size=5, max_size=25))
def test_whatever_was_public_is_found_after_any_history(actions):
    with transaction.atomic():
        histories = Histories()
        for action, choice in actions:
            histories.do(action, choice)
        check(histories)
        transaction.set_rollback(True)


def check(histories):
    client = Client()
    for code in histories.public_codes:
        answer = client.get(f"/id/{code.replace(' ', '-')}")
        assert answer.status_code in (301, 302, 410), code
    for address in histories.public_addresses:
        assert client.get(address).status_code in (200, 301, 410), address
    for wording in PublicWording.objects.filter(language="en").select_related("code"):
        page = citation(client, wording.code.code, wording.fingerprint)
        is_there = all(escape(line) in page for line in wording.text.split("\n"))
        again = PublicWording.objects.filter(
            code=wording.code, fingerprint=wording.fingerprint, withheld_at=None
        )
        if wording.withheld_at:
            assert not again.exists()
            assert "is withheld since" in page, wording
        elif not wording.withheld_at:
            assert is_there, wording
    kept = set(PublicWording.objects.values_list("code__code", "text"))
    withheld = {(code, text) for code, _mark, text in histories.withheld}
    assert histories.public_texts <= kept | withheld
    never = RegisteredCode.objects.exclude(code__in=histories.public_codes)
    for code in never.values_list("code", flat=True):
        assert client.get(f"/id/{code.replace(' ', '-')}").status_code == 404
    assert PageAddress.objects.filter(page="goals:detail").count() == len(
        histories.public_addresses
    )


def citation(client, code, mark):
    address = f"/en/cite/{code.replace(' ', '-')}/?fp={mark}"
    return client.get(address).content.decode()
