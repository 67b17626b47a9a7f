"""The log says what happened to which request, and nothing about who asked."""

import json
import logging
import re

import pytest
from django.test import RequestFactory

from accounts.models import User
from operations.observability.logs import JsonFormatter, TextFormatter
from operations.observability.tally import Tally, current
from portal import search_views
from tests.operations.conftest import ADDRESS

pytestmark = pytest.mark.django_db

NAMES = {"time", "level", "logger", "message", "request_id"}
ACCESS = {"method", "path", "status", "ms", "bytes", "queries", "query_ms", "cache"}


def record(message, *arguments, name="portal", exception=None, **extra):
    exc_info = (type(exception), exception, exception.__traceback__) if exception else None
    made = logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, exc_info)
    made.__dict__.update(extra)
    return made


def test_each_request_leaves_one_line_with_the_names_that_are_documented(ask, lines):
    answer = ask("get", "/healthz")

    (line,) = lines.of("portal.access")
    assert set(line) == NAMES | ACCESS
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


def test_queries_of_a_request_are_counted_in_its_line(ask, lines):
    ask("get", "/readyz")

    (line,) = lines.of("portal.access")
    assert line["queries"] == 1
    assert line["query_ms"] <= line["ms"]


def test_what_readers_type_send_and_are_called_is_in_no_line(ask, lines, monkeypatch):
    User.objects.create_superuser("theophrastus")

    ask("get", "/en/search/", {"q": "whisper"}, HTTP_COOKIE="sessionid=topsecret")
    ask("get", "/en/whisper-less/", {"q": "whisper"})
    typed = {"login": "theophrastus", "password": "correct horse"}
    typed["csrfmiddlewaretoken"] = "t0ken" * 6 + "xx"
    cookie = f"csrftoken={typed['csrfmiddlewaretoken']}"
    ask("post", "/en/account/login/", typed, HTTP_COOKIE=cookie)
    ask(
        "post",
        "/en/account/login/",
        typed,
        HTTP_REFERER="https://elsewhere.example/?q=whisper",
        **{"wsgi.url_scheme": "https"},
    )
    monkeypatch.setattr(search_views, "find", failing)
    failed = ask("get", "/en/search/", {"q": "whisper"}, HTTP_COOKIE="sessionid=topsecret")

    assert failed.status == 500
    text = lines.text.replace("whisper-less", "")
    assert not re.findall(f"whisper|theophrastus|horse|topsecret|t0ken|{re.escape(ADDRESS)}", text)
    assert [line["status"] for line in lines.of("portal.access")] == [200, 404, 200, 403, 500]
    assert len({line["request_id"] for line in lines}) == 5
    (error,) = [line for line in lines if line["level"] == "ERROR"]
    assert error["message"] == "Internal Server Error: /en/search/"
    assert 'raise RuntimeError("broken")' in error["exception"]


def failing(typed, *arguments):
    kept = typed  # noqa: F841  (a local that no traceback may show)
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


def test_header_of_a_wrong_host_is_cut_to_a_bounded_length(ask, lines):
    answer = ask("get", "/en/", HTTP_HOST="x" * 5000)

    assert answer.status == 400
    (line,) = lines.of("django.security.DisallowedHost")
    assert len(line["message"]) == 1000


FORGED = "/en/\r\n2026-01-01T00:00:00.000Z INFO portal\x1b[2J\u2028forged\u202e"


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()], ids=["json", "text"])
def test_nobody_can_forge_a_line(formatter):
    line = formatter.format(record("request", fields={"path": FORGED}))

    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_path_with_a_line_break_stays_in_its_line(ask, lines):
    ask("get", "/x", PATH_INFO="/en/\r\nforged")

    (line,) = lines.of("portal.access")
    assert line["path"] == "/en/\r\nforged"
    assert len(lines.text.splitlines()) == len(list(lines))


def test_exception_in_text_is_set_in_so_that_it_forges_no_line():
    try:
        raise ValueError("one\n2026-01-01T00:00:00.000Z INFO portal forged")
    except ValueError as error:
        made = record("failed", exception=error)

    first, *others = TextFormatter().format(made).splitlines()

    assert first.endswith("INFO portal - failed")
    assert others
    assert all(line.startswith("    ") for line in others)


def test_line_outside_of_a_request_has_no_id_and_one_within_has_it():
    assert json.loads(JsonFormatter().format(record("x")))["request_id"] is None
    token = current.set(Tally("a" * 32))
    assert json.loads(JsonFormatter().format(record("x")))["request_id"] == "a" * 32
    current.reset(token)


def test_what_libraries_attach_to_a_record_is_not_written():
    request = RequestFactory().get("/en/", {"q": "whisper"})
    line = json.loads(JsonFormatter().format(record("x", request=request, user="amal")))
    assert set(line) == NAMES


def test_tracebacks_are_bounded():
    try:
        raise ValueError("x" * 50_000)
    except ValueError as error:
        line = json.loads(JsonFormatter().format(record("x", exception=error)))
    assert len(line["exception"]) == 20_000
