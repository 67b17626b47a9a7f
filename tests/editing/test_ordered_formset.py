"""Statements exchange their numbers in one save, even if others move them meanwhile."""

import pytest

from goals.models import Objective
from history.models import Revision
from library.models import Paragraph
from tests.factories import make_article, make_goal, make_line, make_objective, make_paragraph
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1)
    for _ in range(3):
        make_objective(goal)
    return goal


def order(goal):
    return list(goal.objectives.order_by("number").values_list("code", flat=True))


def numbers(*places):
    return {f"objectives__{row}__number": str(number) for row, number in enumerate(places)}


def test_rows_change_places_and_keep_their_codes(goal, forms):
    response = forms[0].send(**numbers(2, 3, 1))

    assert response.status_code == 302
    assert order(goal) == ["GPG 1.3", "GPG 1.1", "GPG 1.2"]
    last = Revision.objects.first()
    states = {change.state["code"]: change.state["number"] for change in last.changes.all()}
    assert states == {"GPG 1.1": 2, "GPG 1.2": 3, "GPG 1.3": 1}


def test_place_of_a_deleted_row_is_free(goal, forms):
    response = forms[0].send(objectives__0__DELETE="on", **numbers(1, 1, 2))

    assert response.status_code == 302
    assert order(goal) == ["GPG 1.2", "GPG 1.3"]


def test_new_row_takes_a_place_that_becomes_free(goal, forms):
    response = forms[0].send(
        objectives__TOTAL_FORMS="4",
        objectives__3__number="3",
        objectives__3__text_ar="نص",
        objectives__3__text_en="New",
        objectives__3__line=str(make_line("نص").pk),
        **numbers(1, 2, 4),
    )

    # Its code is not that of the row which had its number: people cite that one.
    assert response.status_code == 302
    assert order(goal) == ["GPG 1.1", "GPG 1.2", "GPG 1.4", "GPG 1.3"]


@pytest.mark.parametrize("places", [(1, 1, 3), (2, 2, 3), (1, 2, 2)])
def test_two_rows_in_one_place_are_refused_beside_the_field(goal, forms, places):
    response = forms[0].send(**numbers(*places))

    assert response.status_code == 200
    assert "has this number already" in forms[0].html
    assert forms[0].fields["objectives-1-number"] == str(places[1])
    assert order(goal) == ["GPG 1.1", "GPG 1.2", "GPG 1.3"]


@pytest.mark.parametrize("number", ["0", "-1", "10000", "99999999999", "x"])
def test_numbers_that_are_none_are_refused(goal, forms, number):
    response = forms[0].send(objectives__0__number=number)

    assert response.status_code == 200
    assert order(goal) == ["GPG 1.1", "GPG 1.2", "GPG 1.3"]


def test_two_people_who_move_different_rows_into_one_place_get_an_error(goal, forms):
    first, second = forms
    assert first.send(**numbers(5, 2, 3)).status_code == 302
    response = second.send(**numbers(1, 2, 5))

    assert response.status_code == 200
    assert "GPG 1.1 has this number already" in second.html
    assert order(goal) == ["GPG 1.2", "GPG 1.3", "GPG 1.1"]
    assert second.send(objectives__2__number="6").status_code == 302
    assert order(goal) == ["GPG 1.2", "GPG 1.1", "GPG 1.3"]


def test_row_that_somebody_added_meanwhile_keeps_its_place(goal, forms):
    make_objective(goal, number=4)
    response = forms[0].send(objectives__0__number="4")

    assert response.status_code == 200
    assert "GPG 1.4 has this number already" in forms[0].html


def test_two_people_who_move_the_same_rows_are_asked(goal, forms):
    first, second = forms
    assert first.send(**numbers(2, 1, 3)).status_code == 302
    response = second.send(**numbers(3, 2, 1))

    assert response.status_code == 200
    assert "amal changed this too" in second.html
    assert order(goal) == ["GPG 1.2", "GPG 1.1", "GPG 1.3"]


def test_moving_and_editing_are_both_kept(goal, forms):
    first, second = forms
    assert first.send(**numbers(2, 1, 3)).status_code == 302
    assert second.send(objectives__0__text_en="Edited").status_code == 302

    assert order(goal) == ["GPG 1.2", "GPG 1.1", "GPG 1.3"]
    assert Objective.objects.get(code="GPG 1.1").text_en == "Edited"


def test_rows_under_different_rows_have_places_of_their_own(people):
    article = make_article()
    first, second = make_paragraph(article), make_paragraph(article)
    under = make_paragraph(article, parent=first, number=1)
    other = make_paragraph(article, parent=second, number=1)
    form = AdminForm(people[0], address("library_article_change", article.pk, language="en"))

    shown = [form.fields[f"paragraphs-{row}-id"] for row in range(4)]
    assert shown == [str(row.pk) for row in (first, under, second, other)]
    assert form.send(paragraphs__0__number="2", paragraphs__2__number="1").status_code == 302
    form = AdminForm(people[0], form.address)
    shown = [form.fields[f"paragraphs-{row}-id"] for row in range(4)]
    assert shown == [str(row.pk) for row in (second, other, first, under)]

    response = form.send(paragraphs__3__parent=str(second.pk))
    assert response.status_code == 200
    assert f"{other} has this number already" in form.html
    assert Paragraph.objects.get(pk=under.pk).parent == first
