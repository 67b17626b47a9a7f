"""Loading content files that were edited since the last load."""

import json
import re
import shutil

import pytest
from django.core.management import CommandError, call_command

from dialogue.models import Participant, Round
from goals.models import Goal, Objective
from history.models import Change, Revision
from library.models import Correction, Document, Note, Paragraph, RegisteredCode, Term
from operations.models import LoadedRecord
from portal.content.files import FIXTURES
from sdg_links.models import Sdg
from tests.portal.test_content import change
from tests.portal.test_exported_content import exported, file_contents

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]

OBJECTIVES = "goals/objectives.json"
GOALS = "goals/goals.json"


@pytest.fixture
def files(tmp_path):
    """A copy of the content files, which a test edits."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


def load(files, capsys, **options):
    call_command("load_content", directory=files, **options)
    return capsys.readouterr().out


def edit(files, file, index, **fields):
    change(files, file, lambda records: records[index]["fields"].update(fields))


def swap(files, file, first, second, *names):
    """Let two records of a file have each other's values."""

    def swap_values(records):
        one, other = (records[index]["fields"] for index in (first, second))
        for name in names:
            one[name], other[name] = other[name], one[name]

    change(files, file, swap_values)


def remove(files, file, index):
    change(files, file, lambda records: records.pop(index))


def test_edited_file_is_followed(files, capsys):
    edit(files, OBJECTIVES, 0, text_en="Newer.")

    output = load(files, capsys)

    assert re.search(r"Changed 1 of \d+ records", output)
    assert Objective.objects.get(code="GPG 1.1").text_en == "Newer."
    assert Revision.objects.first().comment == "The content files were loaded."
    assert "none differs" in load(files, capsys)


def test_edit_of_one_field_lets_the_others_follow(files, capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    edit(files, OBJECTIVES, 0, text_en="Newer.", text_ar="أحدث.")

    output = load(files, capsys)

    objective = Objective.objects.get(code="GPG 1.1")
    assert (objective.text_en, objective.text_ar) == ("Edited by a person.", "أحدث.")
    assert "GPG 1.1" in output
    assert "text_en stays as it was edited" in output


def test_edit_that_was_taken_back_follows_again(files, capsys):
    objective = Objective.objects.get(code="GPG 1.1")
    former = objective.text_en
    Objective.objects.filter(pk=objective.pk).update(text_en="Edited by a person.")
    edit(files, OBJECTIVES, 0, text_en="Newer.")
    load(files, capsys)
    Objective.objects.filter(pk=objective.pk).update(text_en=former)

    load(files, capsys)

    assert Objective.objects.get(code="GPG 1.1").text_en == "Newer."


def test_overwriting_replaces_edits(files, capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    first, second = Note.objects.all()[:2]
    first.delete()
    Note.objects.filter(pk=second.pk).update(year=2030)
    edit(files, OBJECTIVES, 0, text_ar="أحدث.")

    load(files, capsys, overwrite=True)

    objective = Objective.objects.get(code="GPG 1.1")
    assert objective.text_en.startswith("Advocate")
    assert objective.text_ar == "أحدث."
    assert not Note.objects.filter(year=2030).exists()
    assert Note.objects.count() == 23


@pytest.mark.parametrize(
    ("file", "names", "model", "identity"),
    [
        (OBJECTIVES, ["number"], Objective, ("code", ["GPG 1.1", "GPG 1.2"])),
        (GOALS, ["number"], Goal, ("code", ["GPG 1", "GPG 2"])),
        ("library/documents.json", ["number"], Document, ("number", [1, 2])),
        ("library/paragraphs.json", ["number"], Paragraph, ("code", ["GPG 0.1", "GPG 0.2"])),
        ("dialogue/participants.json", ["number"], Participant, ("number", [1, 2])),
        ("dialogue/rounds.json", ["number"], Round, ("year", [2016, 2017])),
        ("sdg_links/sdgs.json", ["uri"], Sdg, ("number", [1, 2])),
    ],
)
def test_two_records_take_each_others_place(files, capsys, file, names, model, identity):
    name, values = identity
    before = [model.objects.get(**{name: value}) for value in values]
    swap(files, file, 0, 1, *names)

    assert "none differs" not in load(files, capsys)

    after = [model.objects.get(pk=row.pk) for row in before]
    for own in names:
        expected = [getattr(row, own) for row in reversed(before)]
        assert [getattr(row, own) for row in after] == expected
    assert "none differs" in load(files, capsys)


def test_address_of_one_page_is_never_given_to_another(files, capsys):
    swap(files, GOALS, 0, 1, "slug")

    with pytest.raises(CommandError, match="leads there for ever"):
        load(files, capsys)


def test_swap_changes_no_edited_field(files, capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    swap(files, OBJECTIVES, 0, 1, "number", "text_en")

    load(files, capsys)

    one, two = (Objective.objects.get(code=code) for code in ("GPG 1.1", "GPG 1.2"))
    assert (one.number, one.text_en) == (2, "Edited by a person.")
    assert two.number == 1
    assert two.text_en.startswith("Advocate")


def test_number_of_a_removed_record_is_free(files, capsys):
    remove(files, "dialogue/participants.json", 0)
    edit(files, "dialogue/participants.json", 0, number=1)

    load(files, capsys)

    numbers = Participant.objects.values_list("number", "term__slug")
    assert [*numbers][:2] == [(1, "ameripol"), (3, "aseanapol")]


def test_correction_that_was_taken_out_is_removed(files, capsys):
    remove(files, "library/corrections.json", 0)

    output = load(files, capsys)

    assert Correction.objects.count() == 22
    assert re.search(r"Changed 1 of \d+ records", output)
    assert Change.objects.first().kind == "deleted"
    assert "none differs" in load(files, capsys)


def test_removed_record_that_was_edited_stays_and_is_named(files, capsys):
    Note.objects.filter(pk=Note.objects.first().pk).update(year=2030)
    remove(files, "library/notes.json", 0)

    output = load(files, capsys)

    assert Note.objects.count() == 23
    assert "was edited here, and stays" in output
    load(files, capsys, overwrite=True)
    assert Note.objects.count() == 22


def test_record_that_others_need_is_not_removed(files, capsys):
    term = Term.objects.get(slug="unodc")
    Participant.objects.filter(term__slug="afripol").update(term=Term.objects.get(slug="icat"))
    remove_record(files, "library/glossary.json", slug="icat")
    edit(files, GOALS, 0, title_en="Newer")

    output = load(files, capsys)

    assert "cannot be removed" in output
    assert Term.objects.filter(slug="icat").exists()
    assert Term.objects.filter(pk=term.pk).exists()
    assert Goal.objects.get(number=1).title_en == "Newer"


def remove_record(files, file, **fields):
    def keep(records):
        records[:] = [item for item in records if not fields.items() <= item["fields"].items()]

    change(files, file, keep)


def test_what_people_added_stays(files, capsys):
    goal = Goal.objects.get(number=1)
    Objective.objects.create(goal=goal, number=7, text_ar="جديد", text_en="New", line=goal.line)

    assert "none differs" in load(files, capsys)
    assert Objective.objects.filter(code="GPG 1.7").exists()


def test_what_people_deleted_stays_deleted_until_it_is_asked_for(files, capsys):
    Objective.objects.filter(code="GPG 1.1").delete()

    assert "was deleted here, and stays so" in load(files, capsys)
    assert "was deleted here, and stays so" in load(files, capsys)
    assert not Objective.objects.filter(code="GPG 1.1").exists()
    load(files, capsys, overwrite=True)
    assert Objective.objects.filter(code="GPG 1.1").exists()


def test_record_that_comes_back_to_the_files_comes_back(files, capsys):
    whole = (files / "library/notes.json").read_bytes()
    remove(files, "library/notes.json", 0)
    load(files, capsys)
    (files / "library/notes.json").write_bytes(whole)

    load(files, capsys)

    assert Note.objects.count() == 23


def test_record_with_another_address_is_the_same_record(files, capsys):
    Goal.objects.filter(number=1).update(slug="terrorism")
    edit(files, OBJECTIVES, 0, text_en="Newer.")

    output = load(files, capsys)

    assert "slug stays as it was edited" in output
    assert Objective.objects.get(code="GPG 1.1").text_en == "Newer."
    assert Goal.objects.count() == 7


def test_content_from_before_the_memory_is_left_alone_once(files, capsys):
    LoadedRecord.objects.all().delete()
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    Note.objects.first().delete()

    first = load(files, capsys)

    assert "text_en stays as it was edited" in first
    assert "was deleted here" in first
    edit(files, OBJECTIVES, 0, text_en="Newer.", text_ar="أحدث.")
    edit(files, OBJECTIVES, 1, text_en="Newer too.")
    load(files, capsys)
    assert [*Objective.objects.values_list("text_en", "text_ar")[:1]] == [
        ("Edited by a person.", "أحدث.")
    ]
    assert Objective.objects.get(code="GPG 1.2").text_en == "Newer too."


def test_load_of_an_export_changes_nothing(tmp_path, capsys):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited by a person.")
    exported(tmp_path / "export")

    assert "none differs" in load(tmp_path / "export", capsys)


def test_followed_files_are_exported_as_they_are(files, tmp_path, capsys):
    swap(files, OBJECTIVES, 0, 1, "number")
    change(files, OBJECTIVES, lambda records: records.insert(0, records.pop(1)))
    remove(files, "library/notes.json", 3)
    for file in (OBJECTIVES, "library/notes.json"):
        rewrite(files / file)

    load(files, capsys)

    assert exported(tmp_path / "export") == file_contents(files)


def rewrite(path):
    """Give a file the form of an export."""
    records = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(records, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")


def test_fault_of_the_files_changes_nothing(files, capsys):
    edit(files, OBJECTIVES, 0, text_en="Newer.")
    edit(files, OBJECTIVES, 1, number=0)

    with pytest.raises(CommandError, match="number_from_1"):
        load(files, capsys)

    assert Objective.objects.get(code="GPG 1.1").text_en.startswith("Advocate")
    assert RegisteredCode.objects.filter(withdrawn_at=None).exists()
