"""The to-do list on the first page of the administration follows the permissions of a person."""

import pytest

from goals.models import Goal
from search.models import UnansweredQuery
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal, make_objective, make_theme
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


def item_by_label(client):
    response = client.get(address("index", language="en"))
    assert response.status_code == 200
    return {item.label: item for item in response.context["todo_items"]}


def test_items_are_counted_and_lead_to_their_records(admin_client):
    make_goal(number=1, is_published=False)
    make_objective(make_goal(number=2), text_en="")
    make_theme(number=1, title_en=None)
    UnansweredQuery.objects.create(text="x", language="ar")

    items = item_by_label(admin_client)

    assert {label: item.count for label, item in items.items() if "7 days" not in label} == {
        "Drafts: goals": 1,
        "Without English: goals": 1,
        "Without English: themes": 1,
        "Queries that found nothing": 1,
    }
    codes = {
        label: [row.code for row in admin_client.get(item.address).context["cl"].result_list]
        for label, item in items.items()
        if "goals" in label
    }
    assert codes == {"Drafts: goals": ["GPG 1"], "Without English: goals": ["GPG 2"]}
    assert admin_client.get(items["Changes of the last 7 days"].address).status_code == 200


def test_translations_older_than_their_source_are_counted_as_they_are_listed(admin_client):
    goal = make_goal(number=1)
    make_objective(goal, text_en="")  # missing, so not older
    Goal.objects.update(title_ar="عنوان آخر")

    item = item_by_label(admin_client)["Translations older than their source"]

    assert item.count == admin_client.get(item.address).context["cl"].result_count == 1


def test_text_that_differs_from_its_line_is_named(admin_client):
    objective = make_objective(make_goal(number=1), text_ar="نص")
    objective.text_ar = "نص آخر"
    objective.save()

    item = item_by_label(admin_client)["Texts that differ from their line without a correction"]

    assert item.count == 1
    ((code, form),) = item.records
    assert code == "GPG 1.1"
    assert admin_client.get(form).status_code == 200


def test_empty_list_is_a_sentence():
    client = client_with_role("administrator")
    page = client.get(address("index", language="ar")).content.decode()
    assert "لا شيء: كل شيء منشور" in page


def test_people_see_only_the_work_that_they_may_do():
    make_goal(is_published=False)
    UnansweredQuery.objects.create(text="x", language="ar")
    items = item_by_label(client_with_role("editor"))
    assert "Drafts: goals" in items
    assert "Queries that found nothing" not in items
    assert item_by_label(client_with_role("staff without a role")) == {}
