"""Drafts are for staff until they are published: by hand, in bulk, or at a set time."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from history.models import Change
from library.scheduled_publishing import hide_due, publish_due
from operations.background_threads import publish
from tests.editing.test_roles import client_with_role
from tests.factories import make_article, make_goal, make_objective, make_round, make_theme
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    goal = make_goal(number=1, slug="terrorism", title_en="A draft", is_published=False)
    make_objective(goal, text_en="Drafted words")
    make_goal(number=2, title_en="Another draft", is_published=False)
    return goal


PAGE = "/en/goals/{}/?preview=goals.goal.{}"


def test_preview_shows_staff_the_page_as_it_will_be(draft):
    response = client_with_role("editor").get(PAGE.format(draft.slug, draft.pk))

    page = response.content.decode()
    assert response.status_code == 200
    assert "Drafted words" in page
    assert "This is a preview" in page
    assert "Another draft" not in page
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]


def test_parts_that_pages_share_show_no_draft_and_nothing_old(draft, client):
    """The small framework is cached for each version of the content and each draft."""
    seen = make_goal(number=3, slug="seen", subject_en="Seen by all")
    editor = client_with_role("editor")
    preview = f"{seen.get_absolute_url()}?preview=goals.goal.{draft.pk}"
    shown = f'title="{draft.subject_en}"'
    for _ in range(2):
        assert shown in editor.get(preview).content.decode()
        assert shown not in client.get(seen.get_absolute_url()).content.decode()
    seen.subject_en = "Another subject"
    seen.save()
    page = client.get(seen.get_absolute_url()).content.decode()
    assert 'title="Another subject"' in page
    assert "Seen by all" not in page


@pytest.mark.parametrize("role", ["nobody", "staff without a role"])
def test_preview_is_not_for_others(draft, role):
    assert client_with_role(role).get(PAGE.format(draft.slug, draft.pk)).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    ["", "x", "goals.goal", "goals.goal.x", "goals.goal.999", "accounts.user.1", "a.b.c.1"],
)
def test_strange_previews_show_what_readers_see(draft, wanted):
    make_goal(number=3, slug="published")
    client = client_with_role("administrator")
    assert client.get(f"/en/goals/published/?preview={wanted}").status_code == 200
    assert client.get(f"/en/goals/{draft.slug}/?preview={wanted}").status_code == 404


def test_page_of_the_preview_frames_both_languages_at_two_widths(draft):
    client = client_with_role("translator")
    form = client.get(address("goals_goal_change", draft.pk, language="en")).content.decode()
    preview = address("goals_goal_preview", draft.pk, language="en")
    assert preview in form

    page = client.get(preview).content.decode()

    for language in ("ar", "en"):
        src = f'src="/{language}/goals/{draft.slug}/?preview=goals.goal.{draft.pk}"'
        assert page.count(src) == 2
    assert "Only staff see this page" in page
    assert client.get(address("goals_goal_preview", 999)).status_code == 404


def test_everything_is_published_at_its_set_time_once():
    past, future = (timezone.now() + timedelta(minutes=minutes) for minutes in (-1, 60))
    due = [
        make_goal(is_published=False, publish_at=past),
        make_theme(is_published=False, publish_at=past),
        make_round(is_published=False, publish_at=past),
        make_article(is_published=False, publish_at=past),
    ]
    waiting = make_goal(is_published=False, publish_at=future)

    assert publish_due() == 4
    assert publish_due() == 0

    for record in [*due, waiting]:
        record.refresh_from_db()
    assert all(record.is_published and record.publish_at is None for record in due)
    assert not waiting.is_published
    assert Change.objects.first().revision.comment == "Published at its set time."


def test_publishers_set_the_time(draft):
    publisher = AdminForm(client_with_role("publisher"), address("goals_goal_change", draft.pk))
    assert publisher.send(publish_at_0="2030-01-01", publish_at_1="08:30").status_code == 302
    draft.refresh_from_db()
    assert draft.publish_at.year == 2030

    again = AdminForm(client_with_role("administrator"), publisher.address)
    assert publisher.client.post(publisher.address, publisher.fields).status_code == 302
    assert again.send(title_en="Edited").status_code == 302
    draft.refresh_from_db()
    assert (draft.publish_at.year, draft.title_en) == (2030, "Edited")

    editor = AdminForm(client_with_role("editor"), address("goals_goal_change", draft.pk))
    assert not [name for name in editor.fields if "publish" in name]


def test_everything_is_hidden_at_its_set_time_once():
    past, future = (timezone.now() + timedelta(minutes=minutes) for minutes in (-1, 60))
    due = [make(unpublish_at=past) for make in (make_goal, make_theme, make_round, make_article)]
    staying = make_goal(unpublish_at=future)

    assert hide_due() == 4
    assert hide_due() == 0

    for record in [*due, staying]:
        record.refresh_from_db()
    assert not any(record.is_published or record.unpublish_at for record in due)
    assert staying.is_published
    assert Change.objects.first().revision.comment == "Hidden at its set time."


def test_page_is_published_and_hidden_by_itself(draft):
    past = timezone.now() - timedelta(minutes=1)
    type(draft).objects.filter(pk=draft.pk).update(publish_at=past, unpublish_at=past)
    publish.__wrapped__()  # without closing the connection of the test
    draft.refresh_from_db()
    assert draft.is_published
    publish.__wrapped__()  # without closing the connection of the test
    draft.refresh_from_db()
    assert not draft.is_published


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"publish_at_0": "2020-01-01", "publish_at_1": "08:30"}, "This time is over"),
        ({"unpublish_at_0": "2020-01-01", "unpublish_at_1": "08:30"}, "This time is over"),
        (
            {
                "publish_at_0": "2040-01-01",
                "publish_at_1": "08:30",
                "unpublish_at_0": "2039-01-01",
                "unpublish_at_1": "08:30",
            },
            "would be hidden before it is published",
        ),
    ],
)
def test_wrong_time_is_refused_with_a_sentence(draft, values, sentence):
    form = AdminForm(
        client_with_role("publisher"), address("goals_goal_change", draft.pk, language="en")
    )
    response = form.send(**values, subject_ar="موضوع")
    assert response.status_code == 200
    assert sentence in response.content.decode()
    draft.refresh_from_db()
    assert draft.publish_at is draft.unpublish_at is None
    assert draft.subject_ar != "موضوع"


def test_time_that_is_over_by_now_does_not_keep_others_from_editing(draft):
    past = timezone.now() - timedelta(minutes=1)
    type(draft).objects.filter(pk=draft.pk).update(publish_at=past, unpublish_at=past)
    form = AdminForm(client_with_role("publisher"), address("goals_goal_change", draft.pk))
    assert form.send(subject_ar="موضوع").status_code == 302


@pytest.mark.parametrize(("language", "word"), [("en", "published"), ("ar", "يُنشر")])
def test_lists_mark_what_is_scheduled(draft, language, word):
    future = timezone.now() + timedelta(days=30)
    type(draft).objects.filter(pk=draft.pk).update(publish_at=future)
    shown = make_goal(number=7, unpublish_at=future)
    client = client_with_role("publisher")
    where = address("goals_goal_changelist", language=language)

    page = client.get(where).content.decode()
    assert len(re.findall(rf'field-schedule">{word} ', page)) == 1
    for value, record in (("publish", draft), ("hide", shown)):
        rows = client.get(where, {"scheduled": value}).context["cl"].result_list
        assert [row.pk for row in rows] == [record.pk]
