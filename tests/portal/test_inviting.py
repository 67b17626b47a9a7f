"""Administrators invite colleagues in the administration, and see what each may do."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.role_words import describe_account, describe_group
from editing.roles import ADMINISTRATORS, EDITORS, PUBLISHERS, TRANSLATORS
from notifications.models import OutgoingMail, State
from tests.counting import count_queries
from tests.editing.test_roles import client_with_role

pytestmark = pytest.mark.django_db

PAGE = "/en/admin/accounts/user/invite/"
LIST = "/en/admin/accounts/user/"


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.SENDS_MAIL = True
    settings.PUBLIC_ORIGIN = "https://portal.example.org"


def data(role=EDITORS, **changes):
    groups = [Group.objects.get(name=role).pk]
    values = {"email": "lena@example.org", "username": "lena", "language": "ar", "groups": groups}
    return values | changes


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("nobody", 302),
        ("staff without a role", 403),
        ("translator", 403),
        ("editor", 403),
        ("publisher", 403),
        ("administrator", 200),
    ],
)
def test_administrators_alone_invite(role, status):
    client = client_with_role(role)
    assert client.get(PAGE).status_code == status
    client.post(PAGE, data())
    assert User.objects.filter(username="lena").exists() is (status == 200)


def test_inviting_needs_both_permissions():
    person = User.objects.create_user("mona", is_staff=True)
    client = Client()
    client.force_login(person)
    for codename, status in [("add_user", 403), ("change_user", 200)]:
        person.user_permissions.add(Permission.objects.get(codename=codename))
        assert client.get(PAGE).status_code == status
        assert (PAGE in client.get(LIST).content.decode()) is (status == 200)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_page_is_in_the_language_and_names_every_role(admin_client, language):
    custom = Group.objects.create(name="Statisticians")
    custom.permissions.add(Permission.objects.get(codename="see_status"))
    response = admin_client.get(PAGE.replace("/en/", f"/{language}/"))
    page = response.content.decode()

    assert f'lang="{language}"' in page
    assert response.context["form"]["language"].value() == language
    for name in (TRANSLATORS, EDITORS, PUBLISHERS, ADMINISTRATORS, "Statisticians"):
        assert f"<bdi>{name}</bdi>" in page
    if language == "en":
        assert "translations do at once." in page
        assert "Sees the status of the portal." in page


def test_invitation_makes_an_account_and_queues_a_mail(admin_client):
    answer = admin_client.post(PAGE, data(), follow=True)

    person = User.objects.get(username="lena")
    assert answer.redirect_chain == [(LIST, 302)]
    assert b"1 invitation is on its way." in answer.content
    assert b"invited, waiting until" in answer.content
    assert list(person.groups.values_list("name", flat=True)) == [EDITORS]
    assert person.mail_choices.language == "ar"
    assert person.invitation.made_by.username == "admin"
    row = OutgoingMail.objects.get()
    assert "https://portal.example.org/ar/account/invitation/?key=" in row.body
    assert LogEntry.objects.get().object_repr == "lena"


def test_without_mail_the_link_is_shown_once(admin_client, settings):
    settings.SENDS_MAIL = False
    page = admin_client.post(PAGE, data(language="en"))
    assert not OutgoingMail.objects.exists()
    ((person, link),) = page.context["links"]
    assert (person.username, link in page.content.decode()) == ("lena", True)
    assert "no-store" in page.headers["Cache-Control"]
    assert Client().get(link.removeprefix("https://portal.example.org")).status_code == 200
    assert b"?key=" not in admin_client.get(LIST).content


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "LENA@EXAMPLE.ORG"}, "There is an account with this e-mail address already."),
        ({"email": "lena at example"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"username": "TAKEN"}, "A user with that username already exists."),
        ({"username": "a b"}, "Enter a valid username."),
        ({"groups": []}, "This field is required."),
        ({"language": "xx"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(admin_client, changes, sentence):
    User.objects.create_user("taken", "lena@example.org")
    page = admin_client.post(PAGE, data(email="new@example.org") | changes)
    assert sentence in page.content.decode()
    assert (User.objects.count(), Invitation.objects.count()) == (2, 0)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="Its tests have one connection.")
@pytest.mark.django_db(transaction=True)
def test_button_that_is_pressed_several_times_makes_one_account():
    boss = User.objects.create_superuser("boss")
    values, barrier, statuses = data(), threading.Barrier(4), []

    def press():
        client = Client()
        client.force_login(boss)
        barrier.wait()
        statuses.append(client.post(PAGE, values).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 200, 200, 302]
    assert OutgoingMail.objects.count() == Invitation.objects.count() == 1


def act(client, action, *names, follow=True):
    people = User.objects.filter(username__in=names).values_list("pk", flat=True)
    sent = {"action": action, "_selected_action": [*people], "confirmed": "yes"}
    return client.post(LIST, sent, follow=follow)


def test_invitation_is_sent_again_with_another_link(admin_client):
    admin_client.post(PAGE, data())
    before = Invitation.objects.get().key_hash
    Invitation.objects.update(until=timezone.now())
    assert b"the link has expired" in admin_client.get(LIST).content

    page = act(admin_client, "send_invitations", "lena", "admin")

    assert b"1 invitation is on its way." in page.content
    assert "“admin” has no invitation that waits." in page.content.decode()
    assert Invitation.objects.get().key_hash != before
    assert Invitation.objects.get().is_open


def test_list_says_whose_mail_could_not_be_sent(admin_client):
    admin_client.post(PAGE, data())
    OutgoingMail.objects.update(state=State.FAILED)
    for address in (LIST, f"{LIST}{User.objects.get(username='lena').pk}/change/"):
        assert b"the mail could not be sent" in admin_client.get(address).content

    page = act(admin_client, "send_invitations", "lena")

    assert b"invited, waiting until" in page.content


def test_links_of_several_are_shown_where_there_is_no_mail(admin_client, settings):
    admin_client.post(PAGE, data())
    admin_client.post(PAGE, data(username="mona", email="mona@example.org"))
    settings.SENDS_MAIL = False
    page = act(admin_client, "send_invitations", "lena", "mona")
    assert [person.username for person, _link in page.context["links"]] == ["mona", "lena"]


def test_invitation_is_withdrawn_with_its_account(admin_client):
    admin_client.post(PAGE, data())
    page = act(admin_client, "withdraw_invitations", "lena", "admin")
    assert b"1 invitation was withdrawn" in page.content
    assert list(User.objects.values_list("username", flat=True)) == ["admin"]
    assert LogEntry.objects.filter(object_repr="lena").count() == 2


def test_accounts_in_use_are_not_withdrawn(admin_client):
    admin_client.post(PAGE, data())
    User.objects.filter(username="lena").update(last_login=timezone.now())
    act(admin_client, "withdraw_invitations", "lena")
    assert User.objects.filter(username="lena").exists()
    assert b"invited" not in admin_client.get(LIST).content


def test_list_needs_no_query_for_each_account(admin_client):
    admin_client.post(PAGE, data())
    before = count_queries(admin_client, LIST)
    for number in range(5):
        User.objects.create_user(f"person-{number}")
    assert count_queries(admin_client, LIST) == before


def test_account_says_what_it_may_do(admin_client):
    admin_client.post(PAGE, data(PUBLISHERS))
    person = User.objects.get(username="lena")
    page = admin_client.get(f"{LIST}{person.pk}/change/").content.decode()
    assert f"<bdi>{PUBLISHERS}</bdi>" in page
    assert "publishes and deletes content, and decides on proposals." in page
    assert "Needs a second factor." in page
    assert "invited, waiting until" in page


@pytest.mark.parametrize("name", [TRANSLATORS, EDITORS, PUBLISHERS, ADMINISTRATORS])
def test_roles_as_they_come_are_described_by_their_sentence_alone(name):
    assert len(describe_group(Group.objects.get(name=name))) == 1


def test_changed_role_says_what_was_changed():
    group = Group.objects.get(name=TRANSLATORS)
    group.permissions.add(Permission.objects.get(codename="see_status"))
    group.permissions.remove(Permission.objects.get(codename="view_goal"))
    assert describe_group(group)[1:] == [
        "In addition: Sees the status of the portal.",
        "But not: Sees: goals.",
    ]


def test_custom_group_lists_what_it_may():
    group = Group.objects.create(name="Custom")
    assert describe_group(group) == ["Nothing."]
    group.permissions.set(
        Permission.objects.filter(codename__in=["add_goal", "delete_goal", "publish", "add_theme"])
    )
    assert describe_group(group) == [
        "Publishes and hides content.",
        "Adds: goals · themes.",
        "Deletes: goals.",
    ]


def test_every_account_is_described():
    superuser = User.objects.create_superuser("badr")
    person = User.objects.create_user("lena")
    assert describe_account(superuser) == [
        ("", ["Everything: the account has all rights.", "Needs a second factor."])
    ]
    assert describe_account(person) == [("", ["Has no role.", "Cannot enter the administration."])]
    person.user_permissions.add(Permission.objects.get(codename="add_goal"))
    person.is_staff = True
    assert describe_account(person) == [("", ["Adds: goals."])]
    person.is_active = False
    assert describe_account(person) == [("", ["Nothing: the account is not active."])]
