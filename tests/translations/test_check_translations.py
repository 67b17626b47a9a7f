"""The shipped content has explained problems only; the command reports all others."""

import pytest
from django.core.management import CommandError, call_command

from goals.models import Objective
from library.models import Paragraph, Term
from portal.content.explained import EXPLAINED
from translations.checks import unit_failed_checks
from translations.units import load_units, rows_to_translate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content"), pytest.mark.whole_site]


def run_command(capsys, **options):
    call_command("check_translations", **options)
    return capsys.readouterr().out


def test_every_problem_of_the_content_is_explained_and_nothing_else():
    failed = {
        (check.unit_key, check.problem.code, check.problem.piece)
        for unit in load_units(rows_to_translate())
        for check in unit_failed_checks(unit)
    }

    assert failed == set(EXPLAINED)


def test_content_as_shipped_passes_and_the_reasons_are_shown_when_asked(capsys):
    assert run_command(capsys, verbosity=0) == ""
    output = run_command(capsys, verbosity=2)
    assert f"Translations checked: {rows_to_translate().count()}" in output
    assert f"Explained problems: {len(EXPLAINED)}" in output
    assert all(f"{key}: {code}: " in output for key, code, _piece in EXPLAINED)


def test_problem_is_reported_with_its_text(capsys):
    objective = Objective.objects.get(code="GPG 1.1")
    objective.text_en += " In 2031."
    objective.save()

    with pytest.raises(CommandError, match="Problems found: 1") as failed:
        run_command(capsys)

    assert "goals.objective/GPG 1.1/text/en: numbers: “2031” stands only" in str(failed.value)


def test_only_the_named_problems_are_looked_for(capsys):
    objective = Objective.objects.get(code="GPG 1.1")
    objective.text_en += " In 2031."
    objective.save()

    assert "Explained problems: 4" in run_command(capsys, code=["tatweel", "dates"])
    assert "Translations checked: 0" in run_command(capsys, language="ar")
    with pytest.raises(CommandError, match="2031"):
        run_command(capsys, code=["numbers"], language="en")


def test_explanation_holds_for_its_piece_alone(capsys):
    paragraph = Paragraph.objects.get(code="GPG 0.3")
    paragraph.text_ar = paragraph.text_ar.replace("أجهزة", "أجهـزة")
    paragraph.save()

    with pytest.raises(CommandError, match="“أجهـزة” has a tatweel in the source"):
        run_command(capsys)


def test_other_name_in_the_glossary_is_missed_in_the_texts(capsys):
    term = Term.objects.get(slug="cybercrime")
    term.term_en, term.forms_en = "computer crime", ""
    term.save()

    with pytest.raises(CommandError, match="as “computer crime”, which is not there"):
        run_command(capsys, code=["terms"])
