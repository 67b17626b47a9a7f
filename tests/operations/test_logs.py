"""Lines of the log: one for each request, and without personal data."""

import json
import logging
import re

import pytest
from django.test import RequestFactory

from accounts.models import User
from operations.observability.logs import JsonFormatter, TextFormatter
from operations.observability.tally import Tally, current_tally
from portal import search_views
from tests.operations.conftest import ADDRESS

pytestmark = pytest.mark.django_db

COMMON_FIELDS = {"time", "level", "logger", "message", "request_id"}
ACCESS_FIELDS = {"method", "path", "status", "ms", "bytes", "queries", "query_ms", "cache"}


def make_record(message, *arguments, name="portal", exception=None, **extra):
    exc_info = (type(exception), exception, exception.__traceback__) if exception else None
    log_record = logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, exc_info)
    log_record.__dict__.update(extra)
    return log_record


def test_each_request_leaves_one_line_with_the_names_that_are_documented(send_request, lines):
    answer = send_request("get", "/healthz")

    (line,) = lines.from_logger("portal.access")
    assert set(line) == COMMON_FIELDS | ACCESS_FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["request_id"] == answer.headers["X-Request-ID"]
    known = {name: line[name] for name in ("level", "method", "path", "status", "bytes", "cache")}
    assert known == {
        "level": "INFO",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
        "bytes": 3,
        "cache": "none",
    }


def test_queries_of_a_request_are_counted_in_its_line(send_request, lines):
    send_request("get", "/readyz")

    (line,) = lines.from_logger("portal.access")
    assert line["queries"] == 1
    assert line["query_ms"] <= line["ms"]


def test_what_readers_type_send_and_are_called_is_in_no_line(send_request, lines, monkeypatch):
    User.objects.create_superuser("theophrastus")

    send_request("get", "/en/search/", {"q": "whisper"}, HTTP_COOKIE="sessionid=topsecret")
    send_request("get", "/en/whisper-less/", {"q": "whisper"})
    typed = {"login": "theophrastus", "password": "correct horse"}
    typed["csrfmiddlewaretoken"] = "t0ken" * 6 + "xx"
    cookie = f"csrftoken={typed['csrfmiddlewaretoken']}"
    send_request("post", "/en/account/login/", typed, HTTP_COOKIE=cookie)
    send_request(
        "post",
        "/en/account/login/",
        typed,
        HTTP_REFERER="https://elsewhere.example/?q=whisper",
        **{"wsgi.url_scheme": "https"},
    )
    monkeypatch.setattr(search_views, "run_search", failing)
    failed = send_request("get", "/en/search/", {"q": "whisper"}, HTTP_COOKIE="sessionid=topsecret")

    assert failed.status == 500
    text = lines.text.replace("whisper-less", "")
    assert not re.findall(f"whisper|theophrastus|horse|topsecret|t0ken|{re.escape(ADDRESS)}", text)
    statuses = [line["status"] for line in lines.from_logger("portal.access")]
    assert statuses == [200, 404, 200, 403, 500]
    assert len({line["request_id"] for line in lines}) == 5
    (error,) = [line for line in lines if line["level"] == "ERROR"]
    assert error["message"] == "Internal Server Error: /en/search/"
    assert 'raise RuntimeError("broken")' in error["exception"]


def failing(typed, *arguments):
    local = typed  # noqa: F841  (no traceback may show its value)
    raise RuntimeError("broken")


def test_lines_of_runserver_have_no_query_and_no_address(lines):
    logger = logging.getLogger("django.server")
    level, logger.level = logger.level, logging.INFO
    logger.info('"%s" %s %s', "GET /en/search/?q=whisper HTTP/1.1", "200", "12")
    logger.info("- Broken pipe from %s", (ADDRESS, 40000))
    logger.level = level

    assert [line["message"] for line in lines] == [
        '"GET /en/search/?… HTTP/1.1" 200 12',
        "Broken pipe",
    ]


def test_header_of_a_wrong_host_is_cut_to_a_bounded_length(send_request, lines):
    answer = send_request("get", "/en/", HTTP_HOST="x" * 5000)

    assert answer.status == 400
    (line,) = lines.from_logger("django.security.DisallowedHost")
    assert len(line["message"]) == 1000


FORGED = "/en/\r\n2026-01-01T00:00:00.000Z INFO portal\x1b[2J\u2028forged\u202e"


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()], ids=["json", "text"])
def test_nobody_can_forge_a_line(formatter):
    line = formatter.format(make_record("request", fields={"path": FORGED}))

    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_path_with_a_line_break_stays_in_its_line(send_request, lines):
    send_request("get", "/x", PATH_INFO="/en/\r\nforged")

    (line,) = lines.from_logger("portal.access")
    assert line["path"] == "/en/\r\nforged"
    assert len(lines.text.splitlines()) == len(list(lines))


def test_exception_in_text_is_indented_so_that_it_forges_no_line():
    try:
        raise ValueError("one\n2026-01-01T00:00:00.000Z INFO portal forged")
    except ValueError as error:
        log_record = make_record("failed", exception=error)

    first, *others = TextFormatter().format(log_record).splitlines()

    assert first.endswith("INFO portal - failed")
    assert others
    assert all(line.startswith("    ") for line in others)


def test_line_outside_of_a_request_has_no_id_and_one_within_has_it():
    assert json.loads(JsonFormatter().format(make_record("x")))["request_id"] is None
    token = current_tally.set(Tally("a" * 32))
    assert json.loads(JsonFormatter().format(make_record("x")))["request_id"] == "a" * 32
    current_tally.reset(token)


def test_what_libraries_attach_to_a_record_is_not_written():
    request = RequestFactory().get("/en/", {"q": "whisper"})
    line = json.loads(JsonFormatter().format(make_record("x", request=request, user="amal")))
    assert set(line) == COMMON_FIELDS


def test_tracebacks_are_bounded():
    try:
        raise ValueError("x" * 50_000)
    except ValueError as error:
        line = json.loads(JsonFormatter().format(make_record("x", exception=error)))
    assert len(line["exception"]) == 20_000
