"""The portal reads what it is sent and its own files; it asks no other server, and runs no data."""

import ast
import tomllib

import pytest
from django.conf import settings

from tests.conftest import once

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
# What speaks to other servers, what runs programs, and what turns data into objects or code.
REFUSED = {
    *("urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "ftplib"),
    *("socket", "ssl", "smtplib", "telnetlib", "xmlrpc", "imaplib", "poplib", "websockets"),
    *("subprocess", "pty", "pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml"),
    *("xml.dom", "xml.sax", "lxml", "tarfile", "zipfile", "ctypes", "code", "runpy"),
}
CALLED = {"eval", "exec", "compile", "__import__"}
# (file, name): the reason.
ALLOWED = {("accounts/single_sign_on.py", "requests"): "its errors, when the provider is away"}


def refused_in(code):
    """Yield what a file imports or calls that no room may."""
    for node in ast.walk(ast.parse(code)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from {node.func.id} & CALLED
        for name in names:
            parts = name.split(".")
            yield from {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & REFUSED


@once
def test_no_room_fetches_runs_or_unpickles():
    found = {
        (str(path.relative_to(ROOT)), name)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for name in refused_in(path.read_text(encoding="utf-8"))
    }

    assert found == set(ALLOWED)


@once
@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import urllib.request", {"urllib.request"}),
        ("from urllib import request", {"urllib.request"}),
        ("from urllib.parse import urlsplit", set()),
        ("def f():\n    import requests.sessions", {"requests"}),
        ("from yaml import load as read", {"yaml"}),
        ("import xml.etree.ElementTree", set()),
        ("eval(text)", {"eval"}),
        ("re.compile(text)", set()),
    ],
)
def test_what_is_looked_for_is_found(code, found):
    assert set(refused_in(code)) == found
