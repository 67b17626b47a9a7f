"""Real processes send the mails of one database: commands side by side, one that dies, a server."""

import re
import subprocess
import time
from shutil import copytree

import pytest

from tests.conftest import sqlite_only
from tests.notifications.mail_server import mail_server
from tests.prepared import environment, manage_command, run_command
from tests.serving import served

pytestmark = [sqlite_only, pytest.mark.whole_site]

MAKE_MAILS = """
from accounts.models import User
from notifications.models import OutgoingMail
User.objects.filter(username="amal").update(email="amal@example.org")
for number in range({number}):
    OutgoingMail.objects.create(
        recipient=User.objects.get(username="amal"), subject=f"number-{{number}}", body="text"
    )
"""
AGE_CLAIMS = """
from datetime import timedelta
from django.utils import timezone
from notifications.models import OutgoingMail
OutgoingMail.objects.filter(state="claimed").update(claimed_at=timezone.now() - timedelta(hours=1))
"""
PRINT_STATES = """
from notifications.models import OutgoingMail
print(*OutgoingMail.objects.values_list("state", flat=True))
"""
MAX_WAIT_SECONDS = 30


def address(server):
    return f"smtp+plain://127.0.0.1:{server.server_address[1]}"


def wait_until(is_true):
    end = time.monotonic() + MAX_WAIT_SECONDS
    while not is_true() and time.monotonic() < end:
        time.sleep(0.05)
    assert is_true()


def states(variables):
    command = manage_command("shell", "--verbosity", "0", "--command", PRINT_STATES)
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return result.stdout.split()


@pytest.fixture
def variables(prepared, tmp_path):
    """The environment of a portal with its own copy of the database."""
    copytree(prepared, tmp_path, dirs_exist_ok=True)
    return environment(tmp_path)


def test_several_processes_send_each_mail_once(variables, settings):
    run_command(variables, "shell", "--command", MAKE_MAILS.format(number=20))
    with mail_server(settings) as server:
        variables["EMAIL_URL"] = address(server)
        command = manage_command("send_mail", "--verbosity", "0")
        processes = [subprocess.Popen(command, env=variables) for _ in range(3)]
        assert [process.wait() for process in processes] == [0, 0, 0]
        subjects = [re.search(r"number-\d+", text)[0] for text in server.received]

    assert len(subjects) == len(set(subjects)) == 20
    assert states(variables) == ["sent"] * 20


def test_mail_of_a_process_that_was_killed_is_not_sent_again(variables, settings):
    run_command(variables, "shell", "--command", MAKE_MAILS.format(number=1))
    with mail_server(settings, message="silence") as server:
        variables["EMAIL_URL"] = address(server)
        process = subprocess.Popen(manage_command("send_mail"), env=variables)
        wait_until(lambda: server.received)  # and the process waits for the answer
        process.kill()
        process.wait()
        server.replies.clear()

        run_command(variables, "send_mail")
        assert states(variables) == ["claimed"]
        run_command(variables, "shell", "--command", AGE_CLAIMS)
        run_command(variables, "send_mail")

        assert states(variables) == ["uncertain"]
        assert len(server.received) == 1


def test_server_of_the_portal_sends_by_itself(prepared, tmp_path, settings):
    with mail_server(settings) as mails:
        mail = {"EMAIL_URL": address(mails), "SEND_MAIL_SECONDS": "1", "WORKERS": "2"}

        def make_mails(server):
            server.manage("shell", "--command", MAKE_MAILS.format(number=3))

        with served(prepared, tmp_path, make_mails, **mail):
            wait_until(lambda: len(mails.received) == 3)
    assert len(mails.received) == 3
