"""What readers may not see is not shown by any way: restored, loaded, published at a set time."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from goals.models import Goal, Objective
from history.models import Change
from history.restoring import restore
from library.models import PublicWording
from library.publication import PublicationError
from library.registry import withhold
from library.scheduled_publishing import publish_due
from portal.content.files import ContentError
from portal.content.loading import load
from tests.factories import (
    make_correction,
    make_document,
    make_goal,
    make_line,
    make_objective,
    make_sdg_link,
)
from tests.forms import AdminForm

pytestmark = pytest.mark.django_db

SECRET = "A zzyzx secret"  # noqa: S105  (it is a wording)


@pytest.fixture
def objective():
    """An objective with a former wording that is withheld, in a document of two lines."""
    lines = ["هدف من الأهداف", "نص من الوثيقة"]
    digest = sha256("\n".join(lines).encode()).hexdigest()
    document = make_document(slug="document", sha256=digest)
    title, text = (make_line(line, document=document) for line in lines)
    goal = make_goal(number=4, title_ar=title.text, line=title)
    objective = make_objective(goal, number=1, text_ar=text.text, text_en=SECRET, line=text)
    objective.text_en = "Another text"
    objective.save()
    withhold(PublicWording.objects.exclude(until=None))
    return objective


def secret_state(objective):
    """Return the Change after which the text of the objective was the secret."""
    changes = Change.objects.filter(model="goals.objective", record=objective.pk)
    return next(change for change in changes if change.state["text_en"] == SECRET)


def public_texts():
    return set(PublicWording.objects.filter(until=None).values_list("text", flat=True))


def test_withheld_wording_is_not_restored(objective):
    last = Change.objects.filter(model="goals.objective").first()
    with pytest.raises(PublicationError, match=r"GPG 4\.1.*withheld"), transaction.atomic():
        restore(secret_state(objective), last.pk)

    objective.refresh_from_db()
    assert objective.text_en == "Another text"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "word"), [("en", "withheld"), ("ar", "محجوبة")])
def test_person_who_restores_a_withheld_wording_is_told_so(admin_client, objective, language, word):
    path = f"/{language}/admin/goals/goal/restore/{secret_state(objective).pk}/"
    last = Change.objects.filter(model="goals.objective").first()

    answer = admin_client.post(path, {"seen": last.pk}, follow=True)

    assert word in answer.content.decode()
    assert not any(SECRET in text for text in public_texts())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "word"), [("en", "withheld"), ("ar", "محجوبة")])
def test_list_publishes_no_withheld_wording(admin_client, objective, language, word):
    Goal.objects.update(is_published=False)
    Objective.objects.update(text_en=SECRET)
    data = {"action": "publish", "_selected_action": [objective.goal_id], "confirmed": "yes"}

    answer = admin_client.post(f"/{language}/admin/goals/goal/", data, follow=True)

    assert answer.status_code == 409
    assert word in answer.content.decode()
    assert not Goal.objects.get().is_published


def test_what_may_not_be_seen_stays_a_draft_at_its_set_time(objective):
    past = timezone.now() - timedelta(minutes=1)
    Goal.objects.update(is_published=False)
    Objective.objects.update(text_en=SECRET)
    other = make_goal(number=5, is_published=False)
    Goal.objects.update(publish_at=past)

    assert publish_due() == 1
    assert publish_due() == 0

    refused = Goal.objects.get(pk=objective.goal_id)
    assert (refused.is_published, refused.publish_at) == (False, None)
    assert Goal.objects.get(pk=other.pk).is_published
    comments = Change.objects.filter(model="goals.goal", record=refused.pk)
    assert "readers may not see it" in comments.first().revision.comment


def test_text_that_differs_from_its_line_is_not_published_at_its_set_time():
    goal = make_goal(number=4, is_published=False)
    objective = make_objective(goal, number=1, text_ar="نص من الوثيقة")
    correction = make_correction(objective.line, "نص", "النص")
    objective.text_ar = "النص من الوثيقة"
    objective.save()
    Goal.objects.update(publish_at=timezone.now())
    correction.delete()

    assert publish_due() == 0

    assert not Goal.objects.get().is_published


def test_load_names_the_record_that_readers_may_not_see(objective, tmp_path):
    call_command("export_content", tmp_path, verbosity=0)
    file = tmp_path / "goals" / "objectives.json"
    changed = file.read_text(encoding="utf-8").replace("Another text", SECRET)
    assert SECRET in changed
    file.write_text(changed, encoding="utf-8")

    with pytest.raises(ContentError) as raised:
        load(tmp_path, overwrite=True)

    (problem,) = raised.value.problems
    assert (problem.file, problem.record) == ("goals/objectives.json", "GPG 4.1")
    assert "withheld" in problem.reason
    assert Objective.objects.get().text_en == "Another text"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "word"), [("en", "withheld"), ("ar", "محجوبة")])
def test_withheld_reason_of_a_link_is_not_shown_again(admin_client, language, word):
    link = make_sdg_link(make_goal(number=4), reason_en=SECRET)
    link.reason_en = "Another reason."
    link.save()
    withhold(PublicWording.objects.exclude(until=None))

    path = f"/{language}/admin/sdg_links/sdglink/{link.pk}/change/"
    answer = AdminForm(admin_client, path).send(reason_en=SECRET)

    assert answer.status_code == 409
    assert word in answer.content.decode()
    link.refresh_from_db()
    assert link.reason_en == "Another reason."
