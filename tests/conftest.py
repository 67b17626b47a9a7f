import os

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests.databases import copied, turned_to
from tests.prepared import prepare
from tests.signing_in import prove


def pytest_xdist_auto_num_workers():
    """Return how many processes the tests take: a third of the time they wait for others."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(autouse=True)
def english():
    """Every test starts in English, whatever the one before it did."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    """Accounts of tests need no strong hashes, which take a second each."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Whom a test signs in by force has shown a second factor; tests of that sign in themselves."""

    def signed_in(client, user, backend=None):
        signs_in(client, user, backend)
        session = client.session
        prove(session, user)
        session.save()

    signs_in = Client._login
    monkeypatch.setattr(Client, "_login", signed_in)


@pytest.fixture(autouse=True)
def no_schedule(settings):
    """What is due is published in the tests of it, and in no other."""
    settings.PUBLISH_DUE_SECONDS = 0


@pytest.fixture
def people():
    """Two administrators, signed in."""
    clients = []
    for name in ("amal", "badr"):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        clients.append(client)
    return clients


@pytest.fixture
def amal():
    return User.objects.create_user("amal")


@pytest.fixture(scope="session")
def loaded(django_db_setup, django_db_blocker):
    """A database of its own with the whole content, loaded once."""
    with django_db_blocker.unblock(), copied() as database:
        with turned_to(*database):
            call_command("load_content", verbosity=0)
        yield database


@pytest.fixture(scope="module")
def content(loaded, django_db_blocker):
    """The whole content, for all tests of a module, which leave it as it is."""
    with django_db_blocker.unblock(), turned_to(*loaded):
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The folder of a public portal's data, with the whole content: to be copied, not changed."""
    return prepare(tmp_path_factory)


# What does not depend on the database is tried once.
once = pytest.mark.skipif(connection.vendor != "sqlite", reason="The same as on SQLite.")


def require(is_there, what):
    """Skip a test that needs something of the machine, or fail it where CI has to bring it."""
    if not is_there:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to install {what}.")
        pytest.skip(f"This machine has no {what}.")


@pytest.fixture
def on_postgresql():
    return connection.vendor == "postgresql"
