"""The commands load_content and verify_content on a database that has the content."""

import re
import shutil

import pytest
from django.core.management import CommandError, call_command

from crosscutting.models import Theme
from dialogue.models import Participant, Round
from goals.models import Goal, Objective
from library.models import Article, Correction, Document, Line, Paragraph, Placement, Term
from portal.content.files import FIXTURES
from sdg_links.models import Sdg, SdgLink
from tests.conftest import sqlite_only
from tests.forms import form_fields
from tests.growth import add_framework, add_goals, add_round, add_theme
from tests.portal.test_content import change

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]


def load(capsys, **options):
    call_command("load_content", **options)
    return capsys.readouterr().out


OBJECTIVES = "goals/objectives.json"
GOALS = "goals/goals.json"


@pytest.fixture
def files(tmp_path):
    """A copy of the content files, which a test edits."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


def new_objective(record, number):
    fields = record["fields"] | {"number": number, "code": f"GPG 1.{number}"}
    return {"model": record["model"], "fields": fields}


def test_edited_database_is_left_alone_and_the_difference_said(capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    Term.objects.filter(slug="sco").update(definition_ar="حرره شخص.")
    SdgLink.objects.filter(goal__number=1, target="16.a").delete()

    output = load(capsys)

    assert "Nothing was written" in output
    assert re.search(r"3 of \d+ records", output)
    assert "GPG 1.1" in output
    assert "text_en stays as it was edited" in output
    assert "slug sco" in output
    assert "was deleted here, and stays so" in output
    assert Objective.objects.get(code="GPG 1.1").text_en == "Edited by a person."
    assert not SdgLink.objects.filter(goal__number=1, target="16.a").exists()


def test_records_that_people_have_put_in_the_way_are_no_fault_of_the_files(files, capsys):
    objective = Objective.objects.get(code="GPG 1.2")
    Objective.objects.filter(code="GPG 1.1").update(number=99)
    Objective.objects.create(
        goal=objective.goal, number=7, code="GPG 1.99", text_ar="نص", line=objective.line
    )
    change(files, OBJECTIVES, lambda records: records.insert(6, new_objective(records[5], 7)))
    change(files, GOALS, lambda records: records[1]["fields"].update(title_en="Newer"))

    output = load(capsys, directory=files)

    assert "These have no place beside what people have edited" in output
    assert "GPG 1.7" in output
    assert Goal.objects.get(number=2).title_en == "Newer"
    with pytest.raises(CommandError, match="already exists"):
        load(capsys, directory=files, overwrite=True)
    assert Objective.objects.get(code="GPG 1.1").number == 99
    assert not Objective.objects.filter(code="GPG 1.7").exists()


def test_fault_of_the_files_is_named_on_a_database_that_has_content(tmp_path):
    files = shutil.copytree(FIXTURES, tmp_path / "fixtures")
    path = files / "goals" / "objectives.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"global-policing-goals-2023",\n        46', '"nowhere",\n        46')
    )

    with pytest.raises(CommandError, match="there is no document “nowhere”"):
        call_command("load_content", directory=files)

    assert Objective.objects.count() == 36


def test_overwriting_brings_the_content_back_and_keeps_what_was_added(capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    goal = Goal.objects.get(number=1)
    added = Objective.objects.create(
        goal=goal, number=7, text_ar="جديد", text_en="New", line=goal.line
    )

    load(capsys, overwrite=True)

    assert Objective.objects.get(code="GPG 1.1").text_en.startswith("Advocate")
    assert Objective.objects.filter(pk=added.pk).exists()


def test_faulty_load_leaves_an_edited_database_as_it_was(tmp_path):
    files = shutil.copytree(FIXTURES, tmp_path / "fixtures")
    path = files / "dialogue" / "participants.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"unodc"', '"nobody"'))
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")

    with pytest.raises(CommandError, match="nobody"):
        call_command("load_content", directory=files, overwrite=True, verbosity=0)

    assert Objective.objects.get(code="GPG 1.1").text_en == "Edited by a person."


def test_commands_are_silent_when_asked(capsys):
    assert load(capsys, verbosity=0) == ""


def test_content_as_shipped_has_the_counts_of_its_documents():
    """Counted in the documents by hand."""
    goals, rounds = Goal.objects.all(), Round.objects.order_by("year")
    stated = SdgLink.objects.filter(target="").exclude(basis=SdgLink.Basis.EDITORIAL)

    assert Document.objects.count() == 5
    assert [goal.objectives.count() for goal in goals] == [6, 3, 6, 4, 5, 6, 6]
    assert [theme.commitments.count() for theme in Theme.objects.all()] == [7, 9, 7, 8, 4]
    assert Paragraph.objects.filter(code__regex=r"^SF [0-9]$").count() == 4
    assert Sdg.objects.count() == 17
    assert [stated.filter(sdg__number=number).count() for number in (5, 16, 17)] == [7, 7, 7]
    assert Participant.objects.filter(role="member").count() == 9
    assert Participant.objects.filter(role="observer").count() == 2
    assert {item.year: item.highlights.exists() for item in rounds} == {
        **dict.fromkeys([2016, 2017, 2019, 2020, 2021], True),
        **dict.fromkeys([2022, 2023, 2024], False),  # from public sources
    }


def test_content_as_shipped_is_proved(capsys):
    call_command("verify_content")

    output = capsys.readouterr().out
    assert "194/194 (100.0 %)" in output
    assert "0 unexplained differences" in output
    assert "0 missing" in output
    assert "wrong" not in output


@pytest.mark.parametrize("last", [8, 12])
def test_more_goals_a_theme_and_a_round_are_proved_too(capsys, last):
    add_goals(last)
    add_theme()
    add_round()

    call_command("verify_content")

    assert "wrong" not in capsys.readouterr().out


def test_later_framework_is_chosen_for_the_home_page(people, client):
    framework, vision, mission = add_framework()
    editor, _ = people
    chosen = {"framework": framework, "vision": vision, "mission": mission}

    for place, record in chosen.items():
        placement = Placement.objects.get(place=place)
        address = f"/en/admin/library/placement/{placement.pk}/change/"
        fields = {"place": place, record._meta.model_name: record.pk}
        form = form_fields(editor.get(address).content.decode())
        assert editor.post(address, form | fields).status_code == 302

    page = client.get("/en/").content.decode()
    assert "The later Strategic Framework" in page
    assert "Better security for all" in page
    assert "Serve the police" in page
    assert "2026-2030 Strategic Framework" not in page
    assert Article.objects.get(code="SF").title_en in client.get("/en/library/").content.decode()
    call_command("verify_content", verbosity=0)


@sqlite_only
@pytest.mark.parametrize(
    ("spoil_database", "problem"),
    [
        (lambda: Line.objects.filter(number=46).update(text="- سطر آخر"), "SHA-256"),
        (lambda: Objective.objects.filter(code="GPG 1.1").delete(), "cited nowhere"),
        (
            lambda: Objective.objects.filter(code="GPG 1.1").update(
                line=Line.objects.get(document__number=1, number=1)
            ),
            "is blank",
        ),
        (
            lambda: Objective.objects.filter(code="GPG 1.1").update(
                line=Line.objects.get(document__number=1, number=5)
            ),
            "page boilerplate",
        ),
        (lambda: Objective.objects.filter(code="GPG 1.1").update(text_ar="نص آخر"), "differs from"),
        (lambda: Correction.objects.filter(original="الإتربول").delete(), "differs from"),
        (
            lambda: Correction.objects.filter(original="الإتربول").update(original="لا شيء"),
            "does not fit",
        ),
        (lambda: Objective.objects.filter(code="GPG 1.1").update(text_en=""), "no text in “en”"),
        (lambda: Term.objects.filter(slug="sco").update(definition_ar=None), "no text in “ar”"),
        (lambda: Theme.objects.filter(number=1).update(title_en=" "), "no text in “en”"),
        (
            lambda: Theme.objects.filter(number=1).update(title_ar="", is_published=False),
            "no text in “ar”",
        ),
        (
            lambda: Paragraph.objects.filter(code="GPG 0.3").update(text_en="Only 194 countries."),
            "“194” stands only in the translation",
        ),
        (
            lambda: Paragraph.objects.filter(code="HNCB 2024.4").update(text_en="19 databases."),
            "“I-24/7” stands only in the source",
        ),
        (lambda: Theme.objects.filter(number=1).update(title_en="FBI data"), "“FBI” stands only"),
    ],
)
def test_verification_finds_what_is_wrong(spoil_database, problem):
    spoil_database()

    with pytest.raises(CommandError, match=problem):
        call_command("verify_content", verbosity=0)
