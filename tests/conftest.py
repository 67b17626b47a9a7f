import os

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation


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
def no_schedule(settings):
    """What is due is published in the tests of it, and costs no query in others."""
    settings.PUBLISH_DUE_EVERY = 0


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker):
    """The whole content, loaded once for the tests of a module and then rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_content", verbosity=0)
        yield
        transaction.set_rollback(True)


def require(is_there, what):
    """Skip a test that needs something of the machine, or fail it where CI has to bring it."""
    if not is_there:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to install {what}.")
        pytest.skip(f"This machine has no {what}.")


@pytest.fixture
def on_postgresql():
    return connection.vendor == "postgresql"
