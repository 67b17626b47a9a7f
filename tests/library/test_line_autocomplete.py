"""A line is chosen by its words, whole or in part, or by its number."""

import pytest
from django.urls import reverse

from tests.factories import make_document, make_goal, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    first = make_document(number=1, short_title_en="Brochure")
    second = make_document(number=2, short_title_en="Declaration")
    return [
        make_line("مكافحة الاتجار بالبشر", document=first),
        make_line("مكافحة الإرهاب", document=first),
        make_line("", document=first),
        make_line("الاتجار بالمخدرات عام 2023", document=second),
    ]


def offered_lines(client, term):
    response = client.get(reverse("admin:library_line_choose"), {"term": term})
    assert response.status_code == 200
    return [result["text"] for result in response.json()["results"]]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("", [0, 1, 3]),
        ("الاتجار", [0, 3]),
        ("اتجار بشر", [0]),
        ("ارهاب", [1]),
        ("الاتج", [0, 3]),
        ("مكافحة الإر", [1]),
        ("1", [0, 3]),
        ("2", [1]),
        ("1:2", [1]),
        ("٢:١", [3]),
        ("2، 1", [3]),
        ("2023", []),
        ("عام 2023", [3]),
        ("%", []),
        ("\0", [0, 1, 3]),
        ("لا شيء", []),
        ("x" * 5000, []),
    ],
)
def test_lines_are_found(admin_client, lines, term, expected):
    texts = [f"{line.document}, line {line.number}: {line.text}" for line in lines]
    assert offered_lines(admin_client, term) == [texts[index] for index in expected]


def test_lines_are_for_those_who_may_see_them(client, lines, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get(reverse("admin:library_line_choose")).status_code == 403


def test_form_says_the_whole_line_that_is_cited(admin_client, lines):
    long_line = make_line("كلمة " * 60)
    goal = make_goal(line=long_line)
    page = admin_client.get(f"/en/admin/goals/goal/{goal.pk}/change/").content.decode()
    assert long_line.text.strip() in page
