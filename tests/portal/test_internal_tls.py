"""The portal serves https by itself, for nginx on another machine."""

import os
import shutil
import ssl
import subprocess
import time
import urllib.request
from http.client import HTTPException

import pytest
from django.conf import settings

from tests.conftest import sqlite_only
from tests.ports import free_port

pytestmark = [sqlite_only, pytest.mark.whole_site]

REQUEST = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]


def answer(address, context=None):
    """Return the status of an answer, None where there is none."""
    try:
        with urllib.request.urlopen(address, timeout=2, context=context) as response:
            return response.status
    except (OSError, HTTPException):  # OSError: also URLError and a wrong certificate
        return None


def test_portal_serves_https_by_itself(tmp_path):
    certificate, key, port = tmp_path / "cert.pem", tmp_path / "key.pem", free_port()
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([shutil.which("openssl"), *REQUEST, *names], check=True, capture_output=True)
    variables = {"PORT": str(port), "WORKERS": "1", "DATA_DIR": str(tmp_path / "data")}
    variables |= {"GRANIAN_SSL_CERTIFICATE": str(certificate), "GRANIAN_SSL_KEYFILE": str(key)}
    variables |= {"DEBUG": "false", "DATABASE_URL": ""}
    context = ssl.create_default_context(cafile=certificate)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [settings.BASE_DIR / "scripts/serve"], env=os.environ | variables, stderr=log
        )
        try:
            deadline = time.monotonic() + 60
            while not answer(f"https://localhost:{port}/healthz", context):
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.3)
            assert answer(f"http://localhost:{port}/healthz") is None
        finally:
            process.terminate()
            process.wait()
