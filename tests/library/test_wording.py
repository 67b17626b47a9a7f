"""What is published is as in the document, or a correction says why not."""

import pytest

from tests.factories import make_correction, make_goal, make_line, make_objective
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db

SENTENCES = {
    "text": {
        "en": "The text is not as in its line, and no correction says so.",
        "ar": "هذا النص ليس كما في سطره، ولا تصويب يبيّن ذلك.",
    },
    "title": {
        "en": "The title is not as in its line, and no correction says so.",
        "ar": "هذا العنوان ليس كما في سطره، ولا تصويب يبيّن ذلك.",
    },
}


@pytest.fixture
def goal():
    """A draft whose objective differs from its line."""
    goal = make_goal(number=1, title_ar="عنوان", is_published=False)
    make_objective(goal, text_ar="إمكانات الإنتربول", line=make_line("- إمكانات الإتربول"))
    return goal


def opened(client, goal, language="en"):
    return AdminForm(client, address("goals_goal_change", goal.pk, language=language))


def is_published(goal):
    goal.refresh_from_db()
    return goal.is_published


@pytest.mark.parametrize("language", ["ar", "en"])
def test_statement_that_differs_cannot_be_published(admin_client, goal, language):
    form = opened(admin_client, goal, language)

    form.send(is_published="on")

    assert form.html.count(SENTENCES["text"][language]) == 1
    assert not is_published(goal)


def test_statement_is_published_with_a_correction(admin_client, goal):
    make_correction(goal.objectives.get().line, "الإتربول", "الإنتربول")

    assert opened(admin_client, goal).send(is_published="on").status_code == 302
    assert is_published(goal)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_title_that_is_not_in_its_line_cannot_be_published(admin_client, language):
    goal = make_goal(title_ar="عنوان", line=make_line("سطر آخر"), is_published=False)
    form = opened(admin_client, goal, language)

    form.send(is_published="on")

    assert form.html.count(SENTENCES["title"][language]) == 1
    assert not is_published(goal)


def test_draft_may_differ_and_is_not_published_at_a_set_time(admin_client, goal):
    assert opened(admin_client, goal).send(title_ar="عنوان آخر").status_code == 302

    form = opened(admin_client, goal)
    form.send(publish_at_0="2030-01-01", publish_at_1="10:00")

    assert SENTENCES["text"]["en"] in form.html
    goal.refresh_from_db()
    assert goal.publish_at is None


def test_text_of_a_published_page_is_changed_only_with_a_correction(admin_client):
    goal = make_objective(text_ar="إمكانات الإتربول").goal
    change = {"objectives__0__text_ar": "إمكانات الإنتربول"}
    assert opened(admin_client, goal).send(**change).status_code == 200

    make_correction(goal.objectives.get().line, "الإتربول", "الإنتربول")

    assert opened(admin_client, goal).send(**change).status_code == 302


def test_what_is_published_already_can_be_edited_elsewhere(admin_client, goal):
    type(goal).objects.update(is_published=True)

    assert opened(admin_client, goal).send(title_en="Another title").status_code == 302


def test_list_publishes_nothing_that_differs(admin_client, goal):
    data = {"action": "publish", "_selected_action": [goal.pk], "confirmed": "yes"}

    page = admin_client.post(address("goals_goal_changelist", language="en"), data, follow=True)

    message = "Not as in the document, and no correction says so: GPG 1.1."
    assert message in page.content.decode()
    assert not is_published(goal)
