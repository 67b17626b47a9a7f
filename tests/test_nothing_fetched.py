"""The packages import nothing that asks other servers, starts programs or runs data as code."""

import ast
import tomllib

import pytest
from django.conf import settings

from tests.conftest import sqlite_only

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
# Modules that ask other servers, start programs, or turn data into objects or code.
REFUSED_MODULES = {
    *("urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "ftplib"),
    *("socket", "ssl", "smtplib", "telnetlib", "xmlrpc", "imaplib", "poplib", "websockets"),
    *("subprocess", "pty", "pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml"),
    *("xml.dom", "xml.sax", "lxml", "tarfile", "zipfile", "ctypes", "code", "runpy"),
}
REFUSED_CALLS = {"eval", "exec", "compile", "__import__"}
# (file, name) → reason.
ALLOWED = {
    ("accounts/single_sign_on.py", "requests"): "its errors, when the provider is away",
    ("ingest/readers/ocr.py", "subprocess"): "starts Tesseract, in a reader's process",
    ("ingest/readers/packages.py", "zipfile"): "reads DOCX, within limits and in memory",
    ("ingest/readers/process.py", "subprocess"): "starts a reader in a process of its own",
    ("notifications/sending.py", "smtplib"): "the errors with which a mail server refuses a mail",
    ("notifications/smtp.py", "smtplib"): "tells Django when the fate of a mail is unknown",
    ("operations/server.py", "ctypes"): "lets workers end with their master (prctl)",
    ("operations/stalled.py", "socket"): "shuts connections of the database down",
}


def refused_names(code):
    """Yield the refused modules and functions that a file imports or calls."""
    for node in ast.walk(ast.parse(code)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from {node.func.id} & REFUSED_CALLS
        for name in names:
            parts = name.split(".")
            prefixes = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
            yield from prefixes & REFUSED_MODULES


@sqlite_only
def test_no_package_fetches_runs_or_unpickles():
    found = {
        (str(path.relative_to(ROOT)), name)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in refused_names(path.read_text(encoding="utf-8"))
    }

    assert found == set(ALLOWED)


@sqlite_only
@pytest.mark.parametrize(
    ("code", "names"),
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
def test_refused_imports_and_calls_are_found(code, names):
    assert set(refused_names(code)) == names
