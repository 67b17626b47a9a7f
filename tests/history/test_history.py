"""Every change of the content, however it is made, is a revision and can be undone."""

import csv
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from goals.models import Goal, Objective
from history.models import Change, Revision
from history.recording import (
    acting_as,
    create_initial_revision,
    record_state,
    recorded_models,
    recording,
)
from library.models import Term
from tests.counting import count_queries
from tests.factories import make_goal, make_objective, make_term
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


def assert_all_is_recorded():
    """The last change of every record has its stored state, and no record lacks a change."""
    last = {}
    for change in Change.objects.order_by("pk"):
        last[change.model, change.record] = change
    recorded = {key: change.state for key, change in last.items() if change.kind != "deleted"}
    stored = {
        (model._meta.label_lower, record.pk): record_state(record)
        for model in recorded_models
        for record in model._base_manager.all()
    }
    assert recorded == stored


@pytest.mark.whole_site
def test_whole_content_is_recorded():
    call_command("load_content", verbosity=0)

    assert_all_is_recorded()
    assert len(recorded_models) == 19
    (revision,) = Revision.objects.all()
    assert revision.comment == "The content files were loaded."


def rename(goal):
    goal.title_en = "Renamed"
    goal.save()


def bulk_update(goal):
    objectives = list(goal.objectives.all())
    for objective in objectives:
        objective.text_en = "In bulk"
    Objective.objects.bulk_update(objectives, ["text_en"])


def bulk_create(goal):
    line = goal.line
    Objective.objects.bulk_create(
        Objective(goal=goal, number=n, code=f"GPG 9.{n}", line=line, text_ar="نص") for n in (8, 9)
    )


def upsert(goal):
    row = goal.objectives.first()
    row.text_en = "Upserted"
    Objective.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=["text_en"]
    )


def load(goal):
    call_command("load_content", overwrite=True, verbosity=0)


WRITES = {
    "save": rename,
    "save of some columns": lambda goal: (
        setattr(goal, "title_ar", "جديد"),
        goal.save(update_fields=["title_ar"]),
    ),
    "update": lambda goal: Goal.objects.update(is_published=False),
    "update of a relation": lambda goal: goal.objectives.update(text_ar="نص"),
    "bulk_update": bulk_update,
    "bulk_create": bulk_create,
    "bulk_create over what is there": upsert,
    "create": lambda goal: make_term("unodc"),
    "get_or_create": lambda goal: Term.objects.update_or_create(
        slug="x", defaults={"term_ar": "س", "kind": "body", "source_url": "https://example.org/"}
    ),
    "delete": lambda goal: goal.delete(),
    "delete of many": lambda goal: Objective.objects.all().delete(),
}


@pytest.mark.parametrize("write", [*WRITES, pytest.param("load", marks=pytest.mark.whole_site)])
def test_every_way_of_writing_leaves_a_revision(write):
    goal = make_objective(make_goal(number=9)).goal
    make_objective(goal)
    before = Change.objects.count()

    (load if write == "load" else WRITES[write])(goal)

    assert Change.objects.count() > before
    assert_all_is_recorded()


def test_records_from_before_there_was_a_history_are_taken_into_it():
    make_objective()
    Revision.objects.all().delete()
    assert create_initial_revision() > 2
    assert create_initial_revision() == 0
    assert_all_is_recorded()


def test_what_is_rolled_back_leaves_no_change():
    goal = make_goal()
    before = Change.objects.count()
    with recording() as recorder:
        try:
            with transaction.atomic():
                rename(goal)
                raise InterruptedError
        except InterruptedError:
            pass
    assert recorder.records
    assert Change.objects.count() == before


def test_what_happens_at_once_is_one_revision_of_its_author():
    author = User.objects.create_superuser("amal")
    goal = make_goal()
    with acting_as(author), recording(comment="Spring clean"):
        rename(goal)
        make_objective(goal)
        rename(goal)

    revision = Revision.objects.first()
    assert (revision.author, revision.author_name, revision.comment) == (
        author,
        "amal",
        "Spring clean",
    )
    kinds = revision.changes.filter(model__startswith="goals.").order_by("pk")
    assert list(kinds.values_list("model", "kind")) == [
        ("goals.goal", "changed"),
        ("goals.objective", "added"),
    ]
    author.delete()
    assert Revision.objects.first().author_name == "amal"


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان قديم", title_en="An old title")
    make_objective(goal, text_en="Old text")
    return goal


def test_history_shows_what_changed_word_by_word_in_both_languages(admin_client, goal):
    goal.title_ar, goal.title_en = "عنوان جديد", "A new title"
    goal.save()
    goal.objectives.update(text_en="New text")

    page = admin_client.get(address("goals_goal_history", goal.pk, language="en")).content.decode()

    assert '<dd lang="ar" dir="rtl">عنوان <del>قديم</del><ins>جديد</ins></dd>' in page
    english = "<del>An old</del><ins>A new</ins> title"
    assert f'<dd lang="en" dir="ltr">{english}</dd>' in page
    assert "<del>Old</del><ins>New</ins> text" in page


def test_version_is_restored_at_a_click(admin_client, goal):
    first = Change.objects.get(model="goals.goal")
    goal.title_en = "A new title"
    goal.save()
    last = Change.objects.first()

    restore = address("goals_goal_restore", first.pk, language="en")
    response = admin_client.post(restore, {"seen": last.pk, "back": "/en/admin/"})

    assert response.status_code == 302
    goal.refresh_from_db()
    assert goal.title_en == "An old title"
    assert Change.objects.first().revision.author_name == "admin"
    assert_all_is_recorded()


def test_version_is_not_restored_over_a_change_that_nobody_saw(admin_client, goal):
    first = Change.objects.get(model="goals.goal")
    goal.title_en = "A new title"
    goal.save()
    seen = Change.objects.first().pk
    goal.title_en = "A newer title"
    goal.save()

    restore = address("goals_goal_restore", first.pk, language="en")
    response = admin_client.post(restore, {"seen": seen, "back": "/en/admin/"}, follow=True)

    assert "has been changed since you opened" in response.content.decode()
    goal.refresh_from_db()
    assert goal.title_en == "A newer title"


def test_deleted_goal_comes_back_with_its_objectives(admin_client, goal):
    before = [record_state(record) for record in (goal, goal.objectives.get())]
    goal.delete()
    deleted = address("goals_goal_deleted", language="en")
    page = admin_client.get(deleted).content.decode()
    assert "An old title" in page
    change = Change.objects.filter(kind="deleted", model="goals.goal").get()

    admin_client.post(address("goals_goal_restore", change.pk), {"seen": change.pk, "back": "/"})

    goal = Goal.objects.get()
    assert [record_state(record) for record in (goal, goal.objectives.get())] == before
    assert "Nothing was deleted" not in admin_client.get(deleted).content.decode()
    assert_all_is_recorded()


def test_audit_answers_who_changed_what_and_exports_it(admin_client, goal):
    with acting_as(User.objects.create_superuser("badr")):
        goal.objectives.update(text_en="=1+1")

    audit = address("history_change_changelist", language="en")
    rows = admin_client.get(audit, {"author": "badr"}).context["cl"].result_list
    assert [(row.model, row.kind) for row in rows] == [("goals.objective", "changed")]
    assert len(admin_client.get(audit, {"model": "goals.goal"}).context["cl"].result_list) == 1

    export = address("history_change_export", language="en")
    response = admin_client.get(export, {"author": "badr"})
    text = response.content.decode().removeprefix("\ufeff")
    (line,) = csv.DictReader(StringIO(text))
    assert (line["author"], line["label"], line["before"], line["after"]) == (
        "badr",
        "GPG 1.1",
        "Old text",
        "'=1+1",
    )


@pytest.mark.parametrize("query", ["TEXT", "الشّرطه", "GPG 1.1", "badr"])
def test_audit_is_searched_by_the_words_of_records_and_by_author(admin_client, goal, query):
    with acting_as(User.objects.create_superuser("badr")):
        goal.objectives.update(text_en="Texts", text_ar="الشرطة")

    audit = address("history_change_changelist", language="en")
    rows = admin_client.get(audit, {"q": query, "author": "badr"}).context["cl"].result_list

    assert [row.label for row in rows] == ["GPG 1.1"]
    assert not admin_client.get(audit, {"q": "zzqq"}).context["cl"].result_list


def test_changes_of_one_record_are_filtered_and_exported(admin_client, goal):
    goal.title_en = "A new title"
    goal.save()
    make_goal()
    of_record = f"?of=goals.goal-{goal.pk}"
    audit = address("history_change_changelist", language="en")

    history = admin_client.get(address("goals_goal_history", goal.pk, language="en"))
    link = f'<a href="{audit}{of_record}">All changes of this record</a>'
    assert link in history.content.decode()
    response = admin_client.get(audit + of_record)
    rows = [(row.kind, row.record) for row in response.context["cl"].result_list]
    assert rows == [("changed", goal.pk), ("added", goal.pk)]
    assert response.content.decode().count(link) == 2
    arabic = admin_client.get(address("goals_goal_history", goal.pk)).content.decode()
    assert "كل تغييرات هذا السجل" in arabic

    export = admin_client.get(address("history_change_export") + of_record).content.decode()
    lines = csv.DictReader(StringIO(export.removeprefix("\ufeff")))
    assert {(line["record"], line["number"]) for line in lines} == {("goals.goal", str(goal.pk))}


@pytest.mark.parametrize("value", ["nothing", "goals.goal-", "goals.goal-0", "no.model-1", "x-٣"])
def test_changes_of_no_record_are_none(admin_client, goal, value):
    audit = address("history_change_changelist", language="en")
    assert not admin_client.get(audit, {"of": value}).context["cl"].result_list


def test_queries_of_history_and_export_do_not_grow(admin_client, goal):
    pages = [address("goals_goal_history", goal.pk), address("history_change_export")]

    def counts():
        return [count_queries(admin_client, page) for page in pages]

    before = counts()
    for _ in range(3):
        make_objective(goal)
    assert counts() == before


@pytest.mark.parametrize("name", ["goals_goal_deleted", "history_change_export"])
def test_history_is_for_those_who_may_see_the_records(client, name):
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(address(name)).status_code == 403


def test_lines_of_the_documents_are_not_restored(admin_client, goal):
    line = goal.line
    first = Change.objects.get(model="library.line", record=line.pk)
    line.text = "Other words"
    line.save()
    last = Change.objects.first()

    history = admin_client.get(address("library_line_history", line.pk))
    restore = admin_client.post(address("library_line_restore", first.pk), {"seen": last.pk})

    assert restore.status_code == 403
    assert "/restore/" not in history.content.decode()


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "", "javascript:x"])
def test_restoring_leads_nowhere_else(admin_client, goal, back):
    first = Change.objects.get(model="goals.goal")
    restore = address("goals_goal_restore", first.pk, language="en")
    response = admin_client.post(restore, {"seen": 0, "back": back})
    assert response.headers["Location"] == address("goals_goal_changelist", language="en")


def test_each_change_is_compared_with_the_one_just_before_it(admin_client, goal):
    for title in ("A second title", "A third title"):
        goal.title_en = title
        goal.save()

    page = admin_client.get(address("goals_goal_history", goal.pk, language="en")).content.decode()

    assert "A <del>second</del><ins>third</ins> title" in page
    assert "<del>An old</del><ins>A second</ins> title" in page


def test_restored_record_is_shown_as_added_with_all_its_texts(admin_client, goal):
    history = address("goals_goal_history", goal.pk, language="en")
    goal.delete()
    change = Change.objects.get(kind="deleted", model="goals.goal")

    admin_client.post(address("goals_goal_restore", change.pk), {"seen": change.pk, "back": "/"})

    changes = [
        change
        for change in admin_client.get(history).context["changes"]
        if change.model == "goals.goal"
    ]
    titles = [
        [(part.kind, part.text) for part in difference.parts]
        for change in changes
        for difference in change.differences
        if difference.language == "en" and str(difference.name).startswith("title")
    ]
    assert [change.kind for change in changes] == ["added", "deleted", "added"]
    assert titles == [
        [("added", "An old title")],
        [("removed", "An old title")],
        [("added", "An old title")],
    ]


@pytest.mark.parametrize(
    ("kind", "permission", "status"),
    [
        ("added", "change_goal", 302),
        ("added", "add_goal", 403),
        ("deleted", "add_goal", 302),
        ("deleted", "change_goal", 403),
    ],
)
def test_change_is_restored_by_who_may_change_and_a_deleted_record_by_who_may_add(
    client, goal, kind, permission, status
):
    person = User.objects.create_user("badr", is_staff=True)
    codenames = [permission, "publish", "add_objective"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(person)
    if kind == "deleted":
        goal.delete()
    change = Change.objects.get(model="goals.goal", kind=kind)

    response = client.post(address("goals_goal_restore", change.pk), {"seen": change.pk})

    assert response.status_code == status


def test_column_that_a_release_adds_is_no_change_of_records():
    goal = make_goal(title_en="Title")
    change = Change.objects.get(model="goals.goal", record=goal.pk)
    del change.state["unpublish_at"]
    change.save()

    goal.save()
    assert Change.objects.filter(model="goals.goal", record=goal.pk).count() == 1
    goal.title_en = "New title"
    goal.save()
    assert Change.objects.filter(model="goals.goal", record=goal.pk).count() == 2
