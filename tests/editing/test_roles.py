"""The permissions of each role: every address of the administration, as each role and signed out.

The table is docs/roles.md; `UPDATE_ROLES=1 make check TESTS=tests/editing/test_roles.py` writes it.
"""

import os

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from editing.roles import ADMINISTRATORS, EDITORS, PUBLISHERS, TRANSLATORS
from history.models import Change, Revision
from tests.conftest import sqlite_only
from tests.editing.role_actions import actions_table
from tests.factories import make_goal, make_objective
from tests.forms import AdminForm
from tests.portal.test_admin import address, make_one_of_everything
from translations.models import TranslationState
from translations.units import rows_to_translate

# Django's UserAdmin names its page for passwords so, whatever the model of accounts is.
DJANGO_PREFIX = "auth_user_"

pytestmark = pytest.mark.django_db

ROLES = {
    "nobody": None,
    "staff without a role": "",
    "translator": TRANSLATORS,
    "editor": EDITORS,
    "publisher": PUBLISHERS,
    "administrator": ADMINISTRATORS,
}
TABLE = settings.BASE_DIR / "docs" / "roles.md"
HEAD = """# Roles

Both tables are made and checked by `tests/editing/test_roles.py`; `test_every_field.py` there tries
every field of every form as the roles that may not publish.

## What each role may do

**yes** at once, as a proposal that waits for a publisher, the translations alone, or no; “–” where
there is no such thing. What has no drafts is public as soon as it is saved, unless it belongs to a
draft. *Undo* is that of a change of what readers see; drafts undoes whoever may change them.

"""
ADDRESSES = """
## What each role reaches

Every address of the administration: **yes**, no, or it is asked to sign in. Forms show what a role
may not change as text.

"""


def client_with_role(role):
    client = Client()
    if ROLES[role] is not None:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.set(Group.objects.filter(name=ROLES[role]))
        client.force_login(user)
    return client


def addresses():
    """Yield the name and the address of every view of the administration, for one record each."""
    for pattern in admin.site.get_urls():
        if getattr(pattern, "name", None) in {"index", "password_change", "jsi18n"}:
            yield pattern.name, reverse(f"admin:{pattern.name}")
    yield "status", reverse("status")
    for model, model_admin in sorted(
        admin.site._registry.items(), key=lambda pair: pair[0]._meta.label
    ):
        # Texts that people do not translate have a state too, and are not on the dashboard.
        rows = rows_to_translate() if model is TranslationState else model._base_manager.all()
        record = rows.order_by("pk").first()
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        for pattern in model_admin.get_urls():
            name = pattern.name or ""
            if not name.startswith(
                (prefix, "history_", "translations_", "editing_", DJANGO_PREFIX)
            ):
                continue
            task = name.removeprefix(prefix).removeprefix(DJANGO_PREFIX)
            parameters = pattern.pattern.converters
            values = {
                "object_id": record.pk,
                "record": record.pk,
                "id": record.pk,
                "revision": Revision.objects.latest("pk").pk,
                "change": Change.objects.filter(model=model._meta.label_lower).first(),
            }
            if "change" in parameters:
                values["change"] = getattr(values["change"], "pk", 0)
            arguments = [values[parameter] for parameter in parameters]
            yield f"{model._meta.label}: {task}", reverse(f"admin:{name}", args=arguments)


def answer(client, name, where):
    task = name.rpartition(": ")[2]
    response = (
        client.post(where, {"seen": 0})
        if task in {"presence", "restore", "check"}
        else client.get(where)
    )
    if response.status_code in (302, 301) and "/login/" in response.headers["Location"]:
        return "sign in"
    assert response.status_code in (200, 302, 403, 404), (name, response.status_code)
    return {200: "**yes**", 302: "**yes**", 403: "no", 404: "no"}[response.status_code]


@pytest.mark.no_cover
@sqlite_only
@pytest.mark.whole_site
def test_every_address_answers_every_role_as_the_table_says():
    make_one_of_everything()
    clients = {role: client_with_role(role) for role in ROLES}
    pages = list(addresses())
    assert len(pages) > 100
    lines = [f"| Address | {' | '.join(clients)} |", "|---" * (len(clients) + 1) + "|"]
    for name, where in pages:
        answers = [answer(client, name, where) for client in clients.values()]
        assert answers[0] == "sign in" or name == "jsi18n"
        lines.append(f"| {name} | {' | '.join(answers)} |")
    table = HEAD + actions_table(clients) + ADDRESSES + "\n".join(lines) + "\n"

    if os.environ.get("UPDATE_ROLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert table == TABLE.read_text(encoding="utf-8")


# The rows of the table in the help: kinds of records and an action.
PAGES = ["goals.Goal", "crosscutting.Theme", "dialogue.Round", "library.Article"]
OTHERS = ["library.Term", "sdg_links.Sdg", "sdg_links.SdgLink"]
OTHERS += ["library.Correction", "library.Note", "library.Correspondence"]
HELP_ROWS = [
    *((PAGES, action) for action in ("add", "change draft", "change published")),
    *((PAGES, action) for action in ("delete", "publish", "withdraw", "undo")),
    *((OTHERS, action) for action in ("add", "change published", "delete", "undo")),
]
WORDS = {
    "en": {"yes": "**yes**", "no": "no", "proposal": "proposal", "translations": "translations"},
    "ar": {"نعم": "**yes**", "لا": "no", "اقتراح": "proposal", "الترجمات": "translations"},
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_help_says_what_the_table_says(language):
    table = {
        (cells[0], cells[1]): cells[2:]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 6
    }
    page = settings.BASE_DIR / "docs" / "help" / f"administrators.{language}.md"
    rows = [
        [WORDS[language].get(cell.strip()) for cell in line.strip("|").split("|")[1:]]
        for line in page.read_text(encoding="utf-8").splitlines()
        if len(line.strip("|").split("|")) == 4
    ]
    said = [row for row in rows if all(row)]

    assert len(said) == len(HELP_ROWS)
    for cells, (models, action) in zip(said, HELP_ROWS, strict=True):
        for model in models:
            translator, editor, publisher, administrator = table[model, action]
            assert [translator, editor, publisher] == cells, (model, action)
            assert administrator == publisher


@pytest.fixture
def goal():
    return make_objective(make_goal(number=1, is_published=False), text_en="Text").goal


def opened(role, goal):
    return AdminForm(client_with_role(role), address("goals_goal_change", goal.pk, language="en"))


def test_translator_changes_translations_and_nothing_else(goal):
    form = opened("translator", goal)
    assert {name for name in form.fields if name.startswith(("title", "objectives-0-text"))} == {
        "title_en",
        "objectives-0-text_en",
    }
    assert (
        form.send(title_en="Translated", objectives__0__text_en="Translated too").status_code == 302
    )
    form.fields |= {"title_ar": "مزور", "initial-title_ar": "x", "is_published": "on"}
    form.send(**{"objectives-0-text_ar": "مزور"})

    goal.refresh_from_db()
    assert goal.title_en == "Translated"
    assert goal.title_ar != "مزور"
    assert not goal.is_published
    objective = goal.objectives.get()
    assert (objective.text_en, objective.text_ar != "مزور") == ("Translated too", True)


@pytest.mark.parametrize(("role", "is_published"), [("editor", False), ("publisher", True)])
def test_only_publishers_publish(goal, role, is_published):
    form = opened(role, goal)
    assert form.send(subject_ar="موضوع", is_published="on").status_code == 302

    goal.refresh_from_db()
    assert (goal.subject_ar, goal.is_published) == ("موضوع", is_published)


@pytest.mark.parametrize(("role", "is_published"), [("editor", False), ("publisher", True)])
def test_many_are_published_at_once_by_those_who_may(goal, role, is_published):
    client = client_with_role(role)
    where = address("goals_goal_changelist", language="en")
    data = {"action": "publish", "_selected_action": [goal.pk], "confirmed": "yes"}
    page = client.post(where, data, follow=True).content.decode()

    goal.refresh_from_db()
    assert goal.is_published == is_published
    assert ("1 page was published" in page) == is_published
    if is_published:
        assert Change.objects.first().revision.author_name == "publisher"


def test_roles_are_made_once_and_stay_as_they_were_changed():
    translators = Group.objects.get(name=TRANSLATORS)
    translators.permissions.set(Permission.objects.filter(codename="view_goal"))

    call_command("migrate", verbosity=0)

    assert translators.permissions.count() == 1
    assert Group.objects.count() == 4


def test_permissions_that_a_release_brings_are_given_to_their_roles():
    translators = Group.objects.get(name=TRANSLATORS)
    translators.permissions.set(Permission.objects.filter(codename="view_goal"))
    Permission.objects.filter(codename="view_objective").delete()

    call_command("migrate", verbosity=0)

    names = set(translators.permissions.values_list("codename", flat=True))
    assert names == {"view_goal", "view_objective"}


@sqlite_only
def test_account_that_is_closed_or_loses_its_role_reaches_nothing_from_then_on(goal):
    client = client_with_role("editor")
    where = address("goals_goal_change", goal.pk, language="en")
    assert client.get(where).status_code == 200

    User.objects.get(username="editor").groups.clear()
    assert client.get(where).status_code == 403
    User.objects.filter(username="editor").update(is_active=False)
    assert client.get(where).status_code == 302


@pytest.mark.parametrize("language", ["ar", "en"])
def test_refusals_are_pages_in_the_language_of_the_person(goal, language):
    where = address("goals_goal_change", goal.pk, language=language)
    client = client_with_role("staff without a role")
    response = client.get(where)
    assert response.status_code == 403
    assert f'lang="{language}"' in response.content.decode()

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_superuser("strict"))
    response = strict.post(where, {"title_en": "Typed"})
    assert response.status_code == 403
    assert f'<a href="{where}">' in response.content.decode()
