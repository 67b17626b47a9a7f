"""The link of an invitation sets the first password, once, and leads on to signing in."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, NewBrowser, User
from editing.roles import PUBLISHERS, TRANSLATORS
from notifications.models import Kind, OutgoingMail, State
from notifications.sending import send_due
from operations.retention import clear_expired
from portal.personal_data import erase_account, export_account

pytestmark = pytest.mark.django_db

ORIGIN = "https://portal.example.org"
NEW = dict.fromkeys(["password1", "password2"], "another long phrase")


@pytest.fixture(autouse=True)
def with_mail(settings, db):
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    cache.clear()


@pytest.fixture
def badr(db):
    return User.objects.create_superuser("badr")


def invite(made_by, role=PUBLISHERS, language="en"):
    """Invite Lena; return her account and the path of the link."""
    groups = Group.objects.filter(name=role)
    person, link = invitations.invite("lena", "lena@example.org", groups, language, made_by, ORIGIN)
    return person, link.removeprefix(ORIGIN)


@pytest.mark.parametrize(
    ("language", "subject"),
    [("ar", "[Global Policing Goals] "), ("en", "[Global Policing Goals] Your invitation")],
)
def test_invitation_is_mailed_in_the_chosen_language(badr, language, subject):
    person, link = invite(badr, language=language)
    assert (person.is_staff, person.is_active, person.has_usable_password()) == (True, True, False)
    assert link.startswith(f"/{language}/account/invitation/?key=")
    assert mail.outbox == []  # nothing waits for a mail server

    send_due()

    (message,) = mail.outbox
    assert message.to == ["lena@example.org"]
    assert message.subject.startswith(subject)
    assert f"\n{ORIGIN}{link}\n" in message.body
    assert "lena" in message.body
    assert "“Mails”" not in message.body  # this mail is not a matter of choice
    assert OutgoingMail.objects.get().body == ""  # with the link


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("role", "place"),
    [(PUBLISHERS, "/account/second-factor/"), (TRANSLATORS, "/admin/")],
)
def test_link_leads_by_the_password_to_the_second_factor_where_it_is_needed(
    badr, language, role, place
):
    person, link = invite(badr, role, language)
    client = Client()
    page = client.get(link).content.decode()
    assert f'lang="{language}"' in page
    assert "<bdi>lena</bdi>" in page

    signing_in = client.post(link, NEW, follow=True)

    assert signing_in.redirect_chain[-1][0] == f"/{language}/account/login/"
    assert "lena" in signing_in.content.decode()
    person.refresh_from_db()
    assert person.check_password(NEW["password1"])
    data = {"login": "lena", "password": NEW["password1"]}
    last = client.post(f"/{language}/account/login/", data, follow=True)
    assert last.redirect_chain[-1][0] == f"/{language}{place}"
    assert NewBrowser.objects.count() == 1  # as at any first sign-in


def test_link_is_good_once(badr):
    _person, link = invite(badr)
    first, second = Client(), Client()
    assert [client.get(link).status_code for client in (first, second)] == [200, 200]
    assert first.post(link, NEW).status_code == 302

    assert second.post(link, NEW).status_code == 404
    page = first.get(link)
    assert page.status_code == 404
    assert "no longer good" in page.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.key_hash, invitation.is_pending) == ("", False)


@pytest.mark.parametrize(
    "reason",
    ["expired", "sent again", "withdrawn", "address", "inactive", "password", "signed in", "typo"],
)
def test_link_dies(badr, reason):
    person, link = invite(badr)
    if reason == "expired":
        Invitation.objects.update(until=timezone.now())
    elif reason == "sent again":
        invitations.send(person, badr, ORIGIN)
    elif reason == "withdrawn":
        assert invitations.withdraw(person.invitation)
    elif reason == "address":
        User.objects.filter(pk=person.pk).update(email="other@example.org")
    elif reason == "inactive":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif reason == "password":  # by “Forgotten the password?”, for instance
        person.set_password("yet another phrase")
        person.save()
    elif reason == "signed in":  # by single sign-on
        User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    elif reason == "typo":
        link = link[:-1]

    assert Client().get(link).status_code == 404
    assert Client().post(link, NEW).status_code == 404
    found = User.objects.filter(pk=person.pk).first()
    assert found is None or not found.check_password(NEW["password1"])


@pytest.mark.parametrize("query", ["", "?key=", "?key=%00", "?key=ليس"])
def test_address_without_a_key_is_no_invitation(badr, query):
    _person, link = invite(badr)
    client = Client()
    client.post(link, NEW)  # its hash is "" now
    assert client.get(f"/en/account/invitation/{query}").status_code == 404


def test_passwords_keep_the_rules(badr):
    person, link = invite(badr)
    for first, second in [("short", "short"), ("another long phrase", "something else")]:
        page = Client().post(link, {"password1": first, "password2": second})
        assert b'role="alert"' in page.content
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert Invitation.objects.get().is_open


def test_attempts_are_limited(badr):
    answers = [Client().post("/en/account/invitation/?key=x").status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]


def test_whoever_is_signed_in_there_is_signed_out(badr):
    _person, link = invite(badr)
    client = Client()
    client.force_login(badr)
    client.post(link, NEW)
    assert "_auth_user_id" not in client.session


def test_new_link_takes_the_place_of_a_mail_that_waits(badr):
    person, _link = invite(badr)
    second = invitations.send(person, badr, ORIGIN)
    row = OutgoingMail.objects.get()
    assert (row.kind, row.state) == (Kind.INVITATION, State.WAITING)
    assert second in row.body


def test_account_that_was_used_stays_when_its_invitation_is_withdrawn(badr):
    person, link = invite(badr)
    Client().post(link, NEW)
    assert not invitations.withdraw(Invitation.objects.get())
    assert User.objects.filter(pk=person.pk).exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("is_accepted", [True, False])
def test_old_invitations_are_deleted_and_accounts_that_nobody_used(badr, is_accepted):
    person, link = invite(badr)
    if is_accepted:
        Client().post(link, NEW)
    Invitation.objects.update(until=timezone.now() - timedelta(days=29))
    assert clear_expired()["invitations"] == 0
    Invitation.objects.update(until=timezone.now() - timedelta(days=31))

    assert clear_expired()["invitations"] == 1

    assert User.objects.filter(pk=person.pk).exists() is is_accepted
    assert not Invitation.objects.exists()


def test_export_has_no_link_and_nobody_elses_address(badr):
    person, link = invite(badr)
    key = link.partition("=")[2]
    for account in (person, badr):
        data = export_account(account)
        (row,) = data["records"]["accounts.invitation"]
        assert row["made_by_id"] == badr.pk
        assert key not in str(data)
        assert invitations.hash_of(key) not in str(data)
    assert "lena@example.org" not in str(data)  # that of badr


def test_whoever_invites_and_was_invited_has_both_in_the_export(badr):
    person, _link = invite(badr)
    invitations.invite("mona", "mona@example.org", [], "ar", person, ORIGIN)
    assert len(export_account(person)["records"]["accounts.invitation"]) == 2


def test_erasing_leaves_neither_the_invitation_nor_the_name_of_who_invited(badr):
    person, _link = invite(badr)
    User.objects.create_superuser("amal")
    erase_account(badr)
    assert Invitation.objects.get().made_by is None
    erase_account(person)
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="Its tests have one connection.")
@pytest.mark.django_db(transaction=True)
def test_link_that_is_used_twice_at_once_sets_one_password(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    person, link = invite(User.objects.create_superuser("badr"))
    barrier, answers = threading.Barrier(4), []

    def use_link(number):
        client = Client()
        client.get(link)
        data = dict.fromkeys(["password1", "password2"], f"another long phrase {number}")
        barrier.wait()
        answers.append((client.post(link, data).status_code, data["password1"]))
        connection.close()

    threads = [threading.Thread(target=use_link, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    person.refresh_from_db()
    assert sorted(status for status, _password in answers) == [302, 404, 404, 404]
    (accepted,) = [password for status, password in answers if status == 302]
    assert person.check_password(accepted)
