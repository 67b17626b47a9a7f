from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from goals.models import Goal, Objective
from tests.factories import (
    make_article,
    make_correction,
    make_document,
    make_goal,
    make_highlight,
    make_line,
    make_objective,
    make_paragraph,
    make_round,
    make_sdg,
    make_sdg_link,
    make_term,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["سطر\n\nآخر", "سطر\nآخر\n", "سطر\n\n", ""])
def test_document_gives_back_the_bytes_that_it_was_read_from(text):
    document = make_document(
        sha256=sha256(text.encode()).hexdigest(), ends_with_newline=text.endswith("\n")
    )
    for line in text.removesuffix("\n").split("\n"):
        make_line(line, document=document)

    assert document.verbatim() == text.encode()
    assert document.is_intact()


def test_document_with_a_changed_line_is_not_intact():
    document = make_document(sha256=sha256("سطر".encode()).hexdigest())
    make_line("سطرا", document=document)

    assert not document.is_intact()


def assert_refused(make, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


def test_number_is_unique_in_its_container():
    objective = make_objective()

    assert_refused(make_objective, goal=objective.goal, number=objective.number, code="GPG 999")
    make_objective(goal=make_goal(), number=objective.number)


def test_number_of_a_nested_statement_is_unique_under_its_parent():
    parent = make_paragraph(number=1)
    make_paragraph(article=parent.article, parent=parent, number=1)

    assert_refused(make_paragraph, article=parent.article, parent=parent, number=1, code="ART 1.9")
    assert_refused(make_paragraph, article=parent.article, number=1, code="ART 1.8")


def test_citation_leads_to_a_line_that_exists():
    objective = make_objective()

    # Both databases check foreign keys at the end of a transaction, or when they are asked to.
    def cite_missing_line():
        with transaction.atomic():
            Objective.objects.filter(pk=objective.pk).update(line_id=987654)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        cite_missing_line()


def test_line_that_is_cited_cannot_be_deleted():
    objective = make_objective()

    with pytest.raises(ProtectedError):
        objective.line.delete()


@pytest.mark.parametrize("number", [0, 18])
def test_sdg_number_is_1_to_17(number):
    assert_refused(make_sdg, number=number)


def test_sdg_link_is_unique_for_goal_sdg_and_target():
    link = make_sdg_link(target="16.4")

    assert_refused(make_sdg_link, goal=link.goal, sdg=link.sdg, target="16.4")
    make_sdg_link(goal=link.goal, sdg=link.sdg, target="16.5")


def test_target_of_another_sdg_is_refused():
    link = make_sdg_link(sdg=make_sdg(16))
    link.target = "5.2"

    with pytest.raises(ValidationError, match="another SDG"):
        link.full_clean()


def test_round_needs_a_line_or_a_public_source():
    make_round(2022, line=None, source_url="https://example.org/")

    assert_refused(make_round, year=2023, line=None)


def test_term_needs_a_line_or_a_public_source():
    make_term("one", source_url="", line=make_line())

    assert_refused(make_term, slug="other", source_url="")


def test_code_is_given_once_and_stays():
    goal = make_goal(number=801)
    objective = Objective.objects.create(
        goal=goal, number=3, text_ar="نص", text_en="Text", line=make_line()
    )

    objective.number = 4
    objective.save()

    assert objective.code == "GPG 801.3"


def test_nested_statement_takes_its_code_from_its_parent():
    parent = make_highlight(make_round(2019), number=2)

    child = make_highlight(parent.round, parent=parent, number=1)

    assert (parent.code, child.code) == ("D 2019.2", "D 2019.2.1")


def test_new_statement_takes_no_code_that_another_has():
    objective = make_objective(goal=make_goal(number=802), number=1)
    objective.number = 2
    objective.save()

    assert make_objective(objective.goal, number=1).code == "GPG 802.2"
    assert make_objective(objective.goal, number=3).code == "GPG 802.3"


def test_code_that_is_taken_is_a_form_error():
    goal = make_goal(number=802)
    goal.number = 803
    goal.save()

    twin = Goal(number=802, slug="twin", line=make_line())

    with pytest.raises(ValidationError, match="The code GPG 802 has been given"):
        twin.clean()


def test_original_wording_is_shown_only_where_it_differs():
    line = make_line("- إمكانات الإتربول")
    make_correction(line, "الإتربول", "الإنتربول")

    corrected = make_objective(text_ar="إمكانات الإنتربول", line=line)
    exact = make_objective(text_ar="نص", line=make_line("- نص"))

    assert corrected.original == "إمكانات الإتربول"
    assert exact.original == ""


def test_article_without_a_title_in_its_document_has_no_original():
    assert make_article(line=None).original == ""
