"""The servers publish due content by themselves, with and without the page cache."""

import threading
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.db import OperationalError

from operations import background_threads
from tests.conftest import sqlite_only
from tests.serving import served

pytestmark = sqlite_only

MAKE_DUE = """
from datetime import timedelta
from django.utils import timezone
from goals.models import Goal
due = timezone.now() - timedelta(seconds=1)
Goal.objects.filter(number=1).update(is_published=False, publish_at=due)
"""
MAX_WAIT_SECONDS = 20


@pytest.mark.whole_site
@pytest.mark.parametrize("megabytes", ["16", "0"])
def test_due_content_is_published_without_a_command(prepared, tmp_path, megabytes):
    def make_due(server):
        server.manage("shell", "--command", MAKE_DUE)

    with served(prepared, tmp_path, make_due, PAGE_CACHE_MB=megabytes) as server:
        end = time.monotonic() + MAX_WAIT_SECONDS
        while status_of(f"{server}/id/GPG-1") == 404 and time.monotonic() < end:
            time.sleep(0.2)
        assert status_of(f"{server}/id/GPG-1") == 200


def status_of(address):
    try:
        with urlopen(address) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def test_database_that_is_away_is_asked_again_later(monkeypatch, caplog):
    def fail():
        raise OperationalError("away")

    monkeypatch.setattr(background_threads, "hide_due", fail)
    # A thread of its own, since publish() closes the connections of its thread.
    publishing = threading.Thread(target=background_threads.publish)
    publishing.start()
    publishing.join()

    assert "What is due could not be published or hidden." in caplog.text


def test_without_a_schedule_no_thread_is_started(monkeypatch, settings):
    for thread in (background_threads.publishing, background_threads.page_reading):
        monkeypatch.setattr(thread, "wake", lambda: pytest.fail("It was started."))

    settings.PUBLISH_DUE_SECONDS = settings.READ_PAGES_SECONDS = 0
    background_threads.start(sender=None)
