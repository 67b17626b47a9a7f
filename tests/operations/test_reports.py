"""Errors are mailed once, with their traceback and without data of the request."""

import logging
import socket
import threading

import pytest
from django.test import RequestFactory

from operations.observability.logs import TextFormatter
from operations.observability.reports import PAUSE_SECONDS, MailHandler
from tests.operations.conftest import ADDRESS


@pytest.fixture
def logger(settings):
    settings.ADMINS = ["duty@example.org"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    handler = MailHandler()
    handler.setFormatter(TextFormatter())
    logger = logging.getLogger("django.request.mailed")
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def fail(logger, message="Internal Server Error: /en/search/"):
    typed = "whisper"
    request = RequestFactory().post("/en/?q=whisper", {"x": typed}, REMOTE_ADDR=ADDRESS)
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logger.error(message, exc_info=True, extra={"request": request, "status_code": 500})


def wait_for_mails():
    for thread in threading.enumerate():
        if thread.name == "error-mail":
            thread.join()


def test_mail_has_the_traceback_and_nothing_of_the_request(logger, mailoutbox):
    fail(logger)

    wait_for_mails()
    (mail,) = mailoutbox
    assert mail.to == ["duty@example.org"]
    assert mail.subject == "[Global Policing Goals] ERROR: Internal Server Error: /en/search/"
    assert 'raise RuntimeError("broken")' in mail.body
    # The traceback has this line of code, but not the value of the variable.
    body = mail.body.replace('"whisper"', "")
    assert "whisper" not in body
    assert ADDRESS not in body
    assert not mail.alternatives


def test_same_error_is_mailed_once_until_a_pause_is_over(logger, mailoutbox, monkeypatch):
    fail(logger)
    fail(logger)
    logger.error("Another one")
    wait_for_mails()
    assert len(mailoutbox) == 2

    (handler,) = logger.handlers
    handler.muted_until = {
        location: until - PAUSE_SECONDS for location, until in handler.muted_until.items()
    }
    fail(logger)
    wait_for_mails()
    assert len(mailoutbox) == 3


def test_subject_is_one_line(logger, mailoutbox):
    fail(logger, "one\nBcc: everybody@example.org")
    wait_for_mails()
    assert "\n" not in mailoutbox[0].subject


def test_mail_that_cannot_be_sent_is_a_line_of_the_log(logger, lines, settings):
    settings.MAILERS = {"default": {"BACKEND": "nowhere.Backend"}}
    fail(logger, "Internal Server Error: /en/?q=whisper")
    wait_for_mails()

    (line,) = lines.from_logger("portal.reports")
    assert (line["level"], line["message"]) == ("WARNING", "An error could not be mailed.")
    assert "?q=" not in lines.text


def test_warnings_are_not_mailed(logger, mailoutbox):
    logger.warning("Only this")
    wait_for_mails()
    assert not mailoutbox


def test_a_mail_server_that_never_answers_keeps_nobody_waiting(logger, settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = {"host": "127.0.0.1", "port": silent.getsockname()[1], "timeout": 1}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}

        fail(logger)
        assert "An error could not be mailed." not in caplog.messages  # the mail still waits
        wait_for_mails()

    assert "An error could not be mailed." in caplog.messages
