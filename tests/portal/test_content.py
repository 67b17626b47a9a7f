"""Loading the content files, and the problems of files that are wrong."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from dialogue.models import Round
from goals.models import Goal, Objective
from library.models import Document, Line, Term
from portal.content.files import FILES, FIXTURES
from portal.content.registry_file import REGISTRY
from sdg_links.models import SdgLink

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]


@pytest.fixture
def files(tmp_path):
    """A copy of the content files, in which a test makes mistakes."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


def change(directory, file, change_records):
    path = directory / file
    records = json.loads(path.read_text(encoding="utf-8"))
    change_records(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def load(capsys, **options):
    call_command("load_content", **options)
    return capsys.readouterr().out


def row_counts():
    return [
        model.objects.count() for model in [Document, Line, Goal, Objective, Term, SdgLink, Round]
    ]


def test_content_is_loaded_once_and_then_left_alone(capsys):
    first = load(capsys)
    counts = row_counts()
    second = load(capsys)

    assert "5 documents" in first
    assert "none differs" in second
    assert row_counts() == counts
    assert Line.objects.count() == 357


def test_content_is_the_same_whatever_language_is_active(capsys):
    with translation.override("ar"):
        load(capsys)
    with translation.override("en"):
        assert "none differs" in load(capsys)

    goal = Goal.objects.get(code="GPG 2")
    assert (goal.title_ar, goal.title_en) == (
        "تعزيز سلامة الحدود في العالم أجمع",
        "Promote border integrity worldwide",
    )


def spoil(file, index, **fields):
    def change_records(records):
        records[index]["fields"].update(fields)

    return file, change_records


def remove(file, index, field):
    def change_records(records):
        del records[index]["fields"][field]

    return file, change_records


def repeat(file, index):
    def change_records(records):
        records.append(records[index])

    return file, change_records


OBJECTIVES = "goals/objectives.json"


@pytest.mark.parametrize(
    ("fault", "record", "reason"),
    [
        (spoil(OBJECTIVES, 2, text_en=""), "GPG 1.3", "“text_en” is missing"),
        (remove(OBJECTIVES, 2, "text_ar"), "GPG 1.3", "“text_ar” is missing"),
        (remove(OBJECTIVES, 2, "goal"), "GPG 1.3", "“goal” is missing"),
        (remove(OBJECTIVES, 2, "code"), "record 3", "“code” is missing"),
        (spoil(OBJECTIVES, 2, line=None), "GPG 1.3", "“line” is missing"),
        (remove("library/documents.json", 2, "sha256"), "dialogue", "“sha256” is missing"),
        (spoil(OBJECTIVES, 2, text="Text"), "GPG 1.3", "has to name its language"),
        (spoil(OBJECTIVES, 2, colour="red"), "GPG 1.3", "there is no field “colour”"),
        (spoil(OBJECTIVES, 2, text_en=5), "GPG 1.3", "has to be a text"),
        (spoil(OBJECTIVES, 2, text_en="a\x00b"), "GPG 1.3", "no database stores"),
        (spoil("library/documents.json", 2, sha256="0" * 64), "dialogue", "another SHA-256"),
        (spoil("library/documents.json", 2, slug="gone"), "gone", "cannot be read"),
        (spoil("library/boilerplate.json", 0, number=999), "number 999", "no such line"),
        (spoil("library/boilerplate.json", 0, document=5), "record 1", "address of a document"),
        (spoil("library/boilerplate.json", 0, document=[{}]), "record 1", "address of a document"),
        (spoil("library/boilerplate.json", 0, number=[]), "record 1", "number of a line"),
        (spoil("library/boilerplate.json", 0, text="x"), "record 1", "“text” comes from the file"),
        (repeat("library/boilerplate.json", 0), "record 26", "repeats record 1"),
        (spoil("goals/goals.json", 1, objectives=None), "GPG 2", "there is no field “objectives”"),
        (spoil("goals/goals.json", 1, id=5), "GPG 2", "there is no field “id”"),
        (spoil(OBJECTIVES, 2, text_en="a\ud800b"), "GPG 1.3", "no database stores"),
        (spoil(OBJECTIVES, 2, code="CCT 1.1"), "CCT 1.1", "already"),
    ],
)
def test_faulty_record_is_named_and_nothing_is_written(files, fault, record, reason):
    change(files, *fault)

    problems = load_problems(files)

    assert any(fault[0] in line and record in line and reason in line for line in problems)
    assert row_counts() == [0] * 7


def test_draft_and_what_belongs_to_it_may_lack_a_translation(files):
    change(files, *spoil("goals/goals.json", 0, is_published=False))
    change(files, *spoil("goals/goals.json", 0, title_en=""))
    change(files, *remove(OBJECTIVES, 0, "text_en"))
    call_command("load_content", directory=files, verbosity=0)
    assert not Objective.objects.get(code="GPG 1.1").text_en

    change(files, *remove(OBJECTIVES, 0, "text_ar"))
    assert "“text_ar” is missing" in "".join(load_problems(files))


# Faults that are found when records are written; all of them are made at once.
FAULTS = [
    (spoil(OBJECTIVES, 0, line=["no-such", 46]), "GPG 1.1", "there is no document “no-such”"),
    (spoil(OBJECTIVES, 1, line=["dialogue", 46]), "GPG 1.2", "the document has 44 lines"),
    (spoil(OBJECTIVES, 2, line=["dialogue", 0]), "GPG 1.3", "line 0 is out of range"),
    (spoil(OBJECTIVES, 3, goal=["no-such-goal"]), "GPG 1.4", "there is no goal “no-such-goal”"),
    (spoil(OBJECTIVES, 7, number=1), "GPG 2.2", "already exists"),
    (spoil(OBJECTIVES, 9, number=0), "GPG 3.1", "number_from_1"),
    (spoil(OBJECTIVES, 10, number="many"), "GPG 3.2", "must be an integer"),
    (spoil(OBJECTIVES, 11, code="gpg 3.3"), "gpg 3.3", "A code is capital letters"),
    (spoil(OBJECTIVES, 12, goal=5), "GPG 3.4", "there is no goal “5”"),
    (spoil(OBJECTIVES, 13, goal=[["a"], {}]), "GPG 3.5", "unhashable"),
    (spoil(OBJECTIVES, 15, number=float("inf")), "GPG 4.1", "infinity"),
    (spoil("dialogue/rounds.json", 1, starts_on=[2017]), "D 2017", "argument must be"),
    (repeat(OBJECTIVES, 14), "GPG 3.6", "repeats record 15"),
    (spoil("goals/goals.json", 6, number=6), "GPG 7", "This edition has another"),
    (spoil("crosscutting/themes.json", 4, slug="no slug!"), "CCT 5", "slug"),
    (spoil("sdg_links/sdgs.json", 16, number=18), "number 18", "sdg_number_1_to_17"),
    (spoil("sdg_links/sdgs.json", 0, colour="red"), "number 1", "A colour is #"),
    (spoil("sdg_links/links.json", 0, target="16.4"), "target 16.4", "another SDG"),
    (spoil("dialogue/rounds.json", 0, starts_on="2016-02-30"), "D 2016", "date"),
    (spoil("dialogue/participants.json", 10, term=["nobody"]), "nobody", "there is no term"),
]


def test_every_fault_of_a_load_is_named_at_once_and_nothing_is_written(files):
    for fault, _, _ in FAULTS:
        change(files, *fault)

    problems = load_problems(files)

    for (file, _), record, reason in FAULTS:
        assert any(file in line and record in line and reason in line for line in problems), reason
    assert row_counts() == [0] * 7


def load_problems(files, **options):
    with pytest.raises(CommandError) as error:
        call_command("load_content", directory=files, verbosity=0, **options)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[{", "is not valid JSON"),
        ('{"model": "goals.goal"}', "is not a list"),
        ('[{"model": "goals.nothing", "fields": {}}]', "“model” that exists"),
        ('[{"model": "goals.goal"}]', "“fields”"),
        ("[5]", "is not an object"),
        ('[{"model": "accounts.user", "fields": {}}]', "“accounts.user” is not a model of the"),
        ('[{"model": ["goals.goal"], "fields": {}}]', "“model” that exists"),
        ('[{"model": "goals.goal", "fields": []}]', "“fields”"),
        ("[" * 100_000, "is not valid JSON"),
        ("\ufeff[]", "is not valid JSON"),
    ],
)
def test_faulty_file_is_named_and_nothing_is_written(files, text, reason):
    (files / OBJECTIVES).write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=reason) as error:
        call_command("load_content", directory=files, verbosity=0)

    assert OBJECTIVES in str(error.value)
    assert row_counts() == [0] * 7


def test_missing_file_is_named(files):
    (files / OBJECTIVES).unlink()

    with pytest.raises(CommandError, match=r"goals/objectives\.json, the file: cannot be read"):
        call_command("load_content", directory=files, verbosity=0)


def test_every_content_file_is_loaded():
    files = {str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*.json")}

    assert files == {*FILES, REGISTRY}
