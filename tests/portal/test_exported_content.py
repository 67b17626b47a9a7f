"""Writing the content of the database as content files."""

import json

import pytest
from django.core.management import CommandError, call_command

from goals.models import Goal, Objective
from library.models import Document, Line
from portal.content.files import FIXTURES
from portal.content.registry_file import REGISTRY
from sdg_links.models import SdgLink

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]


def exported(folder, **options):
    """Return the exported files as bytes by their path."""
    call_command("export_content", folder, verbosity=0, **options)
    return file_contents(folder)


def file_contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def records(files, file):
    return [item["fields"] for item in json.loads(files[file])]


def test_unchanged_content_is_exported_as_it_was_loaded(tmp_path):
    assert exported(tmp_path) == file_contents(FIXTURES)


def test_export_names_what_it_wrote(tmp_path, capsys):
    call_command("export_content", tmp_path)

    output = capsys.readouterr().out
    assert "36 objectives" in output
    assert str(tmp_path) in output


def test_edit_changes_the_lines_of_its_record_alone(tmp_path):
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited.")

    files = exported(tmp_path)

    former = file_contents(FIXTURES)
    changed = {name for name in files if files[name] != former[name]}
    assert changed == {"goals/objectives.json", REGISTRY}  # with the former wording
    old, new = (set(each["goals/objectives.json"].splitlines()) for each in (former, files))
    assert new - old == {b'      "text_en": "Edited."'}


def test_draft_and_what_belongs_to_it_are_exported_only_when_asked(tmp_path):
    Goal.objects.filter(number=2).update(is_published=False, publish_at="2030-01-02T03:04:05Z")

    public = exported(tmp_path / "public")
    whole = exported(tmp_path / "whole", drafts=True)

    assert [goal["number"] for goal in records(public, "goals/goals.json")] == [1, 3, 4, 5, 6, 7]
    for file in ("goals/objectives.json", "sdg_links/links.json"):
        assert not [row for row in records(public, file) if row["goal"] == ["border-integrity"]]
        assert whole[file] == (FIXTURES / file).read_bytes()
    draft = records(whole, "goals/goals.json")[1]
    assert (draft["is_published"], draft["publish_at"]) == (False, "2030-01-02T03:04:05+00:00")


def test_what_could_not_be_loaded_is_named_and_not_exported(tmp_path):
    Objective.objects.filter(code="GPG 1.1").update(text_en="")
    Line.objects.filter(document__slug="dialogue", number=1).update(text="Another text")

    with pytest.raises(CommandError) as error:
        call_command("export_content", tmp_path / "folder")

    problems = str(error.value).splitlines()
    assert any("GPG 1.1" in line and "“text_en” is missing" in line for line in problems)
    assert any("dialogue.ar.txt" in line and "another SHA-256" in line for line in problems)
    assert not (tmp_path / "folder").exists()


def test_new_records_stand_where_readers_see_them(tmp_path):
    link = SdgLink.objects.get(goal__number=1, target="16.a")
    for target in ("16.2", "16.b"):
        link.pk, link.target = None, target
        link.save()

    links = records(exported(tmp_path), "sdg_links/links.json")

    targets = [row["target"] for row in links if row["goal"] == ["counter-terrorism"]]
    assert targets == ["", "", "16.1", "16.2", "16.4", "16.a", "16.b", ""]


def test_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_content", tmp_path / "file", verbosity=0)


def test_content_without_any_record_is_exported(tmp_path):
    Document.objects.filter(slug="no-such").delete()
    SdgLink.objects.all().delete()

    assert exported(tmp_path)["sdg_links/links.json"] == b"[]\n"
