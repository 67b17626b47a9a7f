"""The registry in the content files: withdrawals, successors, former wordings and addresses."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from goals.models import Goal, Objective
from history.models import Revision
from library.models import CodeState, PageAddress, PublicWording, RegisteredCode
from library.registry import withhold
from operations.models import LoadedRecord
from portal.content.exporting import content_models
from portal.content.files import FIXTURES
from portal.content.registry_file import REGISTRY
from tests.portal.test_content import change
from tests.portal.test_exported_content import exported, records
from tests.portal.test_following_files import OBJECTIVES, edit, load, remove

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]


@pytest.fixture
def files(tmp_path):
    """A copy of the content files, which a test edits."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


def add_code(files, **fields):
    defaults = {"code": "GPG 1.1", "model": "goals.objective", "container": "GPG 1"}
    record = {"model": "library.registeredcode", "fields": defaults | fields}
    change(files, REGISTRY, lambda items: items.append(record))


GOAL_3_LINKS = ["10.7", "16", "16.1", "16.2", "17", "5", "5.2", "8.7"]
REASON = {"reason_ar": "أُدمج.", "reason_en": "Merged."}


def empty_database():
    """Delete all content, its history and the registry."""
    for model in reversed(content_models()):
        delete_all(model)
    PublicWording.objects.all().delete()
    RegisteredCode.objects.update(successor=None)
    for model in (RegisteredCode, PageAddress, LoadedRecord, Revision):
        model._base_manager.all().delete()


def delete_all(model):
    for related in model._meta.related_objects:
        if related.related_model in content_models() and related.related_model is not model:
            delete_all(related.related_model)
    model._base_manager.all().delete()


def test_published_statement_is_not_withdrawn_without_a_reason(files, capsys):
    remove(files, OBJECTIVES, 0)

    with pytest.raises(CommandError, match=r"GPG 1\.1: cannot be withdrawn"):
        load(files, capsys)

    assert Objective.objects.filter(code="GPG 1.1").exists()
    assert RegisteredCode.objects.get(code="GPG 1.1").state == CodeState.CURRENT


def test_page_is_not_withdrawn_without_a_reason(files, capsys):
    edit(files, "goals/goals.json", 0, is_published=False)

    with pytest.raises(CommandError, match=r"GPG 1: cannot be withdrawn"):
        load(files, capsys)

    assert Goal.objects.get(code="GPG 1").is_published


def test_withdrawal_with_a_reason_is_followed(files, capsys, client):
    remove(files, OBJECTIVES, 0)
    add_code(files, **REASON, successor="GPG 1.2")

    load(files, capsys)

    row = RegisteredCode.objects.get(code="GPG 1.1")
    assert (row.state, row.reason_en) == (CodeState.SUPERSEDED, "Merged.")
    assert client.get("/id/GPG-1.1").headers["Location"].endswith("/id/GPG-1.2")
    assert "none differs" in load(files, capsys)


def test_reason_that_people_edited_stays(files, capsys):
    remove(files, OBJECTIVES, 0)
    add_code(files, **REASON)
    load(files, capsys)
    RegisteredCode.objects.filter(code="GPG 1.1").update(reason_en="Edited.")
    change(files, REGISTRY, lambda items: items[0]["fields"].update(reason_en="N", reason_ar="ن"))

    output = load(files, capsys)

    row = RegisteredCode.objects.get(code="GPG 1.1")
    assert (row.reason_en, row.reason_ar) == ("Edited.", "ن")
    assert "reason_en stays as it was edited" in output


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model": "crosscutting.commitment"}, "GPG 1.1 stood for a record of crosscutting.com"),
        ({"model": "accounts.user"}, "is not a model of what has a code"),
        ({"code": "gpg 1"}, "has to be a code"),
        ({"colour": "red"}, "there is no field “colour”"),
        ({"successor": "GPG 99"}, "there is no code GPG 99"),
        ({"successor": 5}, "has to be a text"),
        ({"successor": "GPG 1.1"}, "cannot go in a circle"),
        ({"published_at": "yesterday"}, "has to be a time"),
        ({"withdrawn_at": "2026-01-01T00:00:00+00:00"}, "never public cannot be withdrawn"),
        ({"wordings": 5}, "list of objects"),
        ({"wordings": [{"language": "en", "text": "a", "fingerprint": "en.0"}]}, "fingerprint"),
    ],
)
def test_faulty_code_is_named_and_nothing_is_written(files, capsys, fields, reason):
    add_code(files, **fields)
    edit(files, OBJECTIVES, 1, text_en="Newer.")

    with pytest.raises(CommandError, match="Nothing was written") as error:
        load(files, capsys)

    assert reason in str(error.value)
    assert REGISTRY in str(error.value) or OBJECTIVES in str(error.value)
    assert not Objective.objects.filter(text_en="Newer.").exists()


def test_successors_in_a_circle_are_refused(files, capsys):
    add_code(files, successor="GPG 1.2")
    add_code(files, code="GPG 1.2", successor="GPG 1.3")
    add_code(files, code="GPG 1.3", successor="GPG 1.1")

    with pytest.raises(CommandError, match="cannot go in a circle"):
        load(files, capsys)


@pytest.mark.parametrize("text", ["[5]", "{}", "[", '[{"model": "goals.goal", "fields": {}}]'])
def test_faulty_registry_file_is_named(files, capsys, text):
    (files / REGISTRY).write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=REGISTRY):
        load(files, capsys)


def edit_everything():
    """Let people edit, move, withdraw and withhold, as in a year of the portal."""
    Objective.objects.filter(code="GPG 1.1").update(text_en="Edited.", text_ar="محرَّر.")
    Objective.objects.filter(code="GPG 1.2").update(text_en="A secret.")
    Objective.objects.filter(code="GPG 1.2").update(text_en="No secret.")
    withhold(PublicWording.objects.filter(text="A secret."))
    Goal.objects.filter(number=2).update(slug="borders")
    Goal.objects.filter(number=3).update(is_published=False)
    objective = Objective.objects.get(code="GPG 2.1")
    Objective.objects.filter(pk=objective.pk).delete()
    row = RegisteredCode.objects.get(code="GPG 2.1")
    row.reason_en, row.reason_ar = "Merged.", "أُدمج."
    row.successor = RegisteredCode.objects.get(code="GPG 2.2")
    row.save()
    RegisteredCode.objects.filter(code="GPG 3").update(reason_en="Rewritten.")


@pytest.mark.parametrize("drafts", [False, True])
def test_content_with_a_past_is_the_same_elsewhere(tmp_path, drafts):
    edit_everything()
    first = exported(tmp_path / "first", drafts=drafts)
    states = {row.code: (row.state, row.reason_en) for row in RegisteredCode.objects.all()}
    empty_database()

    call_command("load_content", directory=tmp_path / "first", verbosity=0)

    assert exported(tmp_path / "second", drafts=drafts) == first
    assert {row.code: (row.state, row.reason_en) for row in RegisteredCode.objects.all()} == states
    assert "A secret" not in first[REGISTRY].decode()
    assert_answers()


def assert_answers():
    client = Client()
    assert client.get("/en/goals/border-integrity/").headers["Location"] == "/en/goals/borders/"
    assert client.get("/id/GPG-2.1").headers["Location"].endswith("/id/GPG-2.2")
    assert client.get("/id/GPG-3").status_code == 410
    former = PublicWording.objects.exclude(until=None).get(code__code="GPG 1.1", language="en")
    answer = client.get(f"/en/cite/GPG-1.1/?fp={former.fingerprint}")
    assert "Advocate for the interests" in answer.content.decode()


def test_export_lists_only_what_does_not_follow_from_the_content(tmp_path):
    edit_everything()

    entries = records(exported(tmp_path), REGISTRY)

    codes = [entry["code"] for entry in entries if "wordings" in entry]
    assert codes == [
        *("GPG 1", "GPG 1.1", "GPG 1.2", "GPG 2", "GPG 2.1", "GPG 3"),
        *(f"GPG 3 SDG {label}" for label in GOAL_3_LINKS),
        *("GPG 3.1", "GPG 3.2", "GPG 3.3", "GPG 3.4", "GPG 3.5", "GPG 3.6"),
    ]
    addresses = [entry["key"] for entry in entries if "page" in entry]
    slug = Goal.objects.get(number=3).slug
    assert addresses == sorted(["border-integrity", slug])
    (withheld,) = [
        wording
        for entry in entries
        if entry["code"] == "GPG 1.2"
        for wording in entry["wordings"]
        if wording["withheld_at"]
    ]
    assert "text" not in withheld


def test_code_of_a_draft_stays_given_elsewhere(tmp_path):
    Goal.objects.filter(number=1).update(is_published=False)
    goal = Goal.objects.get(number=1)
    Objective.objects.create(goal=goal, number=7, text_ar="ع", text_en="T", line=goal.line)
    Objective.objects.filter(code="GPG 1.7").delete()
    exported(tmp_path / "export", drafts=True)
    empty_database()

    call_command("load_content", directory=tmp_path / "export", verbosity=0)

    goal = Goal.objects.get(number=1)
    again = Objective.objects.create(goal=goal, number=7, text_ar="ع", text_en="T", line=goal.line)
    assert again.code == "GPG 1.8"


def test_registry_of_today_is_empty():
    assert json.loads((FIXTURES / REGISTRY).read_text(encoding="utf-8")) == []
