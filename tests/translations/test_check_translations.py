"""The content as shipped has no problem that is not explained, and the command tells of others."""

import pytest
from django.core.management import CommandError, call_command

from goals.models import Objective
from library.models import Paragraph, Term
from portal.content.explained import EXPLAINED
from translations.checks import findings_of
from translations.units import rows_to_translate, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content"), pytest.mark.whole_site]


def check(capsys, **options):
    call_command("check_translations", **options)
    return capsys.readouterr().out


def test_every_problem_of_the_content_is_explained_and_nothing_else():
    found = {
        (finding.key, finding.problem.code, finding.problem.where)
        for unit in units(rows_to_translate())
        for finding in findings_of(unit)
    }

    assert found == set(EXPLAINED)


def test_content_as_shipped_passes_and_the_reasons_are_shown_when_asked(capsys):
    assert check(capsys, verbosity=0) == ""
    output = check(capsys, verbosity=2)
    assert f"Translations checked: {rows_to_translate().count()}" in output
    assert f"Explained problems: {len(EXPLAINED)}" in output
    assert all(f"{key}: {code}: " in output for key, code, _where in EXPLAINED)


def test_problem_is_told_with_its_text(capsys):
    objective = Objective.objects.get(code="GPG 1.1")
    objective.text_en += " In 2031."
    objective.save()

    with pytest.raises(CommandError, match="Problems found: 1") as failed:
        check(capsys)

    assert "goals.objective/GPG 1.1/text/en: numbers: “2031” stands only" in str(failed.value)


def test_only_some_problems_are_looked_for(capsys):
    objective = Objective.objects.get(code="GPG 1.1")
    objective.text_en += " In 2031."
    objective.save()

    assert "Explained problems: 4" in check(capsys, code=["tatweel", "dates"])
    assert "Translations checked: 0" in check(capsys, language="ar")
    with pytest.raises(CommandError, match="2031"):
        check(capsys, code=["numbers"], language="en")


def test_explanation_holds_for_its_piece_alone(capsys):
    paragraph = Paragraph.objects.get(code="GPG 0.3")
    paragraph.text_ar = paragraph.text_ar.replace("أجهزة", "أجهـزة")
    paragraph.save()

    with pytest.raises(CommandError, match="“أجهـزة” has a tatweel in the source"):
        check(capsys)


def test_other_name_in_the_glossary_is_missed_in_the_texts(capsys):
    term = Term.objects.get(slug="cybercrime")
    term.term_en, term.forms_en = "computer crime", ""
    term.save()

    with pytest.raises(CommandError, match="as “computer crime”, which is not there"):
        check(capsys, code=["terms"])
