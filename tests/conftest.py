"""Fixtures and marks of all tests."""

import os

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import User
from search import unanswered
from tests.databases import copied_database, using_database
from tests.prepared import prepare
from tests.signing_in import mark_verified

DATABASE_FIXTURES = {"db", "transactional_db", "loaded"}


def pytest_xdist_auto_num_workers():
    """Return the number of test processes: they wait for other programs half of the time."""
    return (os.cpu_count() or 1) * 2


@pytest.hookimpl(trylast=True)  # after tests/browser/conftest.py has marked its tests
def pytest_collection_modifyitems(config, items):
    """Begin with what takes longest; on PostgreSQL, leave out the tests that use no database.

    These have run on SQLite. Modules that take minutes would leave one process alone at the end.
    """
    items.sort(key=lambda item: ("tests/browser/" not in item.nodeid, not is_whole_site(item)))
    if connection.vendor == "postgresql":
        without = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if uses_database(item)]


def is_whole_site(item):
    return item.get_closest_marker("whole_site") is not None


def uses_database(item):
    """Whether a test asks the database of the tests, or makes one that depends on its kind."""
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(
        item.fixturenames
    )


@pytest.fixture(autouse=True)
def english():
    """Every test starts in English, whatever language the test before it activated."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    """A fast hasher: a strong hash takes a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """A client that is signed in with force_login() has shown a second factor.

    The tests of second factors sign in with the forms.
    """
    original_login = Client._login

    def login_with_second_factor(client, user, backend=None):
        original_login(client, user, backend)
        session = client.session
        mark_verified(session, user)
        session.save()

    monkeypatch.setattr(Client, "_login", login_with_second_factor)


@pytest.fixture(autouse=True)
def no_threads(settings):
    """No threads that write in the background, except in their own tests."""
    settings.PUBLISH_DUE_SECONDS = settings.WRITE_COUNTS_SECONDS = 0
    settings.READ_PAGES_SECONDS = settings.SEND_MAIL_SECONDS = 0


@pytest.fixture(autouse=True)
def nothing_counted():
    """Every test starts without counts that another test has left in memory."""
    unanswered.pending.clear()


@pytest.fixture
def people():
    """The clients of two administrators who are signed in."""
    clients = []
    for name in ("amal", "badr"):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        clients.append(client)
    return clients


@pytest.fixture
def amal():
    """An account with all permissions."""
    return User.objects.create_superuser("amal")


@pytest.fixture(scope="session")
def loaded(django_db_setup, django_db_blocker):
    """A separate database with all content, loaded once for a test process."""
    with django_db_blocker.unblock(), copied_database() as database:
        with using_database(*database):
            call_command("load_content", verbosity=0)
        yield database


@pytest.fixture(scope="module")
def content(loaded, django_db_blocker):
    """A module whose tests use the database with all content; each test rolls back its changes."""
    with django_db_blocker.unblock(), using_database(*loaded):
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The data folder of a public portal with all content. Tests copy it and do not change it."""
    return prepare(tmp_path_factory)


# The mark of tests that do not depend on the database.
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="The same as on SQLite.")


def require(is_installed, name):
    """Skip a test if the machine lacks a program; in CI, fail it."""
    if not is_installed:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to install {name}.")
        pytest.skip(f"This machine has no {name}.")


@pytest.fixture
def on_postgresql():
    """Whether the tests run on PostgreSQL."""
    return connection.vendor == "postgresql"
