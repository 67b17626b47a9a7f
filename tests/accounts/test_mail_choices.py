"""People choose which mails they get, and in which language."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from editing.roles import EDITORS, PUBLISHERS
from notifications.models import Kind, MailChoices
from portal.personal_data import export_account
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/en/account/mails/"


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.SENDS_MAIL = settings.NOTIFY_BY_MAIL = True
    cache.clear()


def make_person(role):
    person = User.objects.create_user("lena", "lena@example.org", PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return person, client


@pytest.mark.parametrize("language", ["ar", "en"])
def test_page_is_listed_and_in_the_language_of_the_reader(language):
    _person, client = make_person(EDITORS)
    home = client.get(f"/{language}/account/").content.decode()
    assert f'href="/{language}/account/mails/"' in home

    response = client.get(f"/{language}/account/mails/")
    assert f'lang="{language}"' in response.content.decode()
    assert response.context["form"]["language"].value() == language
    assert b"<fieldset" in response.content
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (EDITORS, [Kind.PROPOSAL_ACCEPTED, Kind.PROPOSAL_REFUSED]),
        (PUBLISHERS, [kind for kind in Kind if kind != Kind.INVITATION]),
    ],
)
def test_kinds_are_those_of_the_role(role, kinds):
    _person, client = make_person(role)
    form = client.get(PAGE).context["form"]
    assert [value for value, _label in form.fields["kinds"].choices] == kinds
    assert form["kinds"].value() == kinds  # all are on at first


def test_choices_are_stored_and_shown_again():
    person, client = make_person(PUBLISHERS)
    data = {"kinds": [Kind.PROPOSAL_WAITS], "language": "en"}

    page = client.post(PAGE, data, follow=True)

    choices = MailChoices.objects.get(user=person)
    assert choices.language == "en"
    assert set(choices.declined) == set(Kind) - {Kind.PROPOSAL_WAITS, Kind.INVITATION}
    assert b"Your choices are saved." in page.content
    assert page.context["form"]["kinds"].value() == [Kind.PROPOSAL_WAITS]
    client.post(PAGE, {"language": "ar"})
    assert len(MailChoices.objects.get().declined) == 4


def test_choices_about_hidden_kinds_stay():
    person, client = make_person(EDITORS)
    MailChoices.objects.create(user=person, declined=[Kind.PROPOSAL_WAITS])
    client.post(PAGE, {"kinds": list(Kind)[1:3], "language": "ar"})
    assert MailChoices.objects.get().declined == [Kind.PROPOSAL_WAITS]


@pytest.mark.parametrize("data", [{"language": "xx"}, {"kinds": ["invitation"], "language": "ar"}])
def test_what_is_not_offered_is_refused(data):
    _person, client = make_person(PUBLISHERS)
    page = client.post(PAGE, data)
    assert b'role="alert"' in page.content
    assert not MailChoices.objects.exists()


def test_there_is_no_page_without_such_mails_or_without_an_account(settings):
    _person, client = make_person(EDITORS)
    assert Client().get(PAGE).status_code == 302
    settings.NOTIFY_BY_MAIL = False
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/en/account/").content.decode()


def test_first_sign_in_says_the_language(settings):
    make_person(EDITORS)
    data = {"login": "lena", "password": PASSWORD}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.SENDS_MAIL = False
    Client().post("/en/account/login/", data)
    assert not MailChoices.objects.exists()

    settings.SENDS_MAIL = True
    for language in ("en", "ar"):
        Client().post(f"/{language}/account/login/", data)
    assert MailChoices.objects.get().language == "en"


def test_choices_are_exported_and_erased():
    person, client = make_person(EDITORS)
    client.post(PAGE, {"language": "ar"})
    (row,) = export_account(person)["records"]["notifications.mailchoices"]
    assert row["language"] == "ar"
    person.delete()
    assert not MailChoices.objects.exists()
