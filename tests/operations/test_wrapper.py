"""The outermost layer gives each request an id, and counts it when its body is closed."""

import re
from wsgiref.util import FileWrapper

import pytest

from operations.observability.tally import current_tally
from operations.observability.wrapper import ObservedApplication


class ClosableBody:
    """A body in parts that counts how often it was closed."""

    closed = 0

    def __iter__(self):
        yield b"one"
        yield b"four"

    def close(self):
        self.closed += 1


def observed(body=(b"ok",), headers=(), **left):
    """Return an ObservedApplication with this body and headers; `left` goes into the environ."""

    def application(environ, start_response):
        environ.update(left)
        start_response("200 OK", list(headers))
        return body

    return ObservedApplication(application)


@pytest.fixture
def id_for(settings):
    """A function that returns the id of a request whose header had the given id."""

    def id_for(value, *, behind_proxy=True):
        settings.BEHIND_PROXY = behind_proxy
        response_headers = {}
        environ = {"REQUEST_METHOD": "GET", "HTTP_X_REQUEST_ID": value}
        observed()(environ, lambda status, headers: response_headers.update(headers)).close()
        return response_headers["X-Request-ID"]

    return id_for


@pytest.mark.parametrize("value", ["a" * 8, "Az09_-" * 10, "x" * 64])
def test_id_of_a_trusted_proxy_is_kept(id_for, value):
    assert id_for(value) == value


@pytest.mark.parametrize(
    "value", ["", "a" * 7, "a" * 65, "a b c d e f", "abcdefgh\n", "مرحبا-مرحبا"]
)
def test_other_ids_are_replaced(id_for, value):
    assert re.fullmatch("[0-9a-f]{32}", id_for(value))


def test_id_from_anybody_else_is_replaced(id_for):
    assert id_for("a" * 32, behind_proxy=False) != "a" * 32


def test_two_requests_have_two_ids(id_for):
    assert id_for("") != id_for("")


def test_request_ends_when_its_body_is_closed(settings, lines):
    settings.ACCESS_LOG = True
    body = ClosableBody()
    answer = observed(body, **{"portal.cache": "stale"})({"PATH_INFO": "/x"}, lambda *_: None)

    assert list(answer) == [b"one", b"four"]
    assert not lines.from_logger("portal.access")
    assert current_tally.get() is not None
    answer.close()
    answer.close()

    (line,) = lines.from_logger("portal.access")
    assert (line["bytes"], line["status"], line["cache"]) == (7, 200, "stale")
    assert body.closed == 2
    assert current_tally.get() is None


def test_generator_that_is_left_early_is_closed_and_counted(settings, lines):
    settings.ACCESS_LOG = True
    ended = []

    def rows():
        try:
            yield b"one"
            yield b"two"
        finally:
            ended.append(True)

    answer = observed(rows())({"REQUEST_METHOD": "GET"}, lambda *_: None)
    next(iter(answer))
    answer.close()

    assert ended == [True]
    assert lines.from_logger("portal.access")[0]["bytes"] == 3


def test_body_that_fails_in_the_middle_or_when_it_is_closed_is_counted(settings, lines):
    settings.ACCESS_LOG = True

    class Failing(ClosableBody):
        def close(self):
            raise OSError

    answer = observed(Failing())({"REQUEST_METHOD": "GET"}, lambda *_: None)
    with pytest.raises(OSError):  # noqa: PT011  (any message)
        answer.close()

    assert len(lines.from_logger("portal.access")) == 1


def test_application_that_fails_is_counted_as_an_error(settings, lines):
    settings.ACCESS_LOG = True

    def application(environ, start_response):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ObservedApplication(application)({"REQUEST_METHOD": "GET"}, lambda *_: None)

    assert lines.from_logger("portal.access")[0]["status"] == 500
    assert current_tally.get() is None


def test_application_may_start_its_answer_late(settings, lines):
    settings.ACCESS_LOG = True

    def application(environ, start_response):
        start_response("404 Not Found", [])
        yield b"late"

    answer = ObservedApplication(application)({"REQUEST_METHOD": "GET"}, lambda *_: None)
    assert list(answer) == [b"late"]
    answer.close()

    assert lines.from_logger("portal.access")[0]["status"] == 404


def test_file_that_the_server_sends_itself_is_handed_on_as_it_is(settings, lines, tmp_path):
    settings.ACCESS_LOG = True
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    with file.open("rb") as opened:
        body = FileWrapper(opened)
        application = observed(body, headers=[("Content-Length", "5")])
        environ = {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": FileWrapper}

        assert application(environ, lambda *_: None) is body

    assert lines.from_logger("portal.access")[0]["bytes"] == 5


def test_head_has_no_body(settings, lines):
    settings.ACCESS_LOG = True
    answer = observed()({"REQUEST_METHOD": "HEAD"}, lambda *_: None)
    list(answer)
    answer.close()
    assert lines.from_logger("portal.access")[0]["bytes"] == 0


def test_without_an_access_log_there_is_no_line(settings, lines):
    settings.ACCESS_LOG = False
    observed()({"REQUEST_METHOD": "GET"}, lambda *_: None).close()
    assert not lines.text


def test_request_that_cannot_be_counted_is_answered_all_the_same(settings, lines):
    settings.ACCESS_LOG = False
    application = observed()
    application.count_request = lambda *arguments: 1 / 0

    answer = application({"REQUEST_METHOD": "GET"}, lambda *_: None)
    assert list(answer) == [b"ok"]
    answer.close()

    (line,) = lines
    assert line["message"] == "A request could not be counted."


def test_unknown_methods_have_one_name(settings, lines):
    settings.ACCESS_LOG = True
    observed()({"REQUEST_METHOD": "BREW\r\n"}, lambda *_: None).close()
    assert lines.from_logger("portal.access")[0]["method"] == "OTHER"
