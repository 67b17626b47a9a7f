import io
import json
import logging
from contextlib import ExitStack, contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from operations.observability.logs import JsonFormatter
from operations.observability.wrapper import ObservedApplication

ADDRESS = "203.0.113.9"


@contextmanager
def connection_left_open():
    """Keep requests from closing the database connection, which has the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


class WsgiAnswer:
    """The response of a WSGI application: `status` as a number, `headers` as a dict, `body`."""

    def __init__(self, application, environ):
        with connection_left_open(), ExitStack() as stack:
            body = application(environ, self.start)
            if hasattr(body, "close"):
                stack.callback(body.close)
            self.body = b"".join(body)

    def start(self, status, headers, *exc_info):
        self.status, self.headers = int(status[:3]), dict(headers)


@pytest.fixture
def send_request(settings):
    """Send a request to the portal as a server does; returns a WsgiAnswer.

    Usage: send_request("get", "/en/", {"q": "x"}, HTTP_HOST="y")
    """
    settings.ACCESS_LOG = True
    application = ObservedApplication(WSGIHandler())

    def send_request(method, path, data=None, **environ):
        environ = {"REMOTE_ADDR": ADDRESS, "HTTP_HOST": "localhost"} | environ
        request = getattr(RequestFactory(), method)(path, data, **environ)
        return WsgiAnswer(application, request.environ)

    return send_request


def make_environ(path, method="GET", **more):
    """Return the WSGI environ of a request, with any method and path."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": ADDRESS,
        "wsgi.input": io.BytesIO(),
        **more,
    }


class LogLines:
    """The lines of the log: as they were written (`text`), and as a dict each by iteration."""

    def __init__(self, stream):
        self.stream = stream

    @property
    def text(self):
        return self.stream.getvalue()

    def from_logger(self, logger):
        return [line for line in self if line["logger"] == logger]

    def __iter__(self):
        return map(json.loads, self.text.splitlines())


@pytest.fixture
def lines():
    """The LogLines that are written from here on, as JSON."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield LogLines(handler.stream)
    logging.getLogger().removeHandler(handler)
