"""Invalid settings of signing in stop the start."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.conftest import sqlite_only

pytestmark = sqlite_only


@pytest.mark.whole_site
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_PATH", "Back Office"),
        ("ADMIN_PATH", "goals"),
        ("ADMIN_NETWORKS", "192.0.2.0/99"),
        ("SESSION_HOURS", "0"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SECOND_FACTOR_FOR_ALL", "perhaps"),
        ("BREACHED_PASSWORDS", "/no/such/file"),
        ("OIDC_ISSUER", "http://login.example.org"),
        ("OIDC_ISSUER", "https://login.example.org"),
    ],
)
def test_wrong_value_stops_the_start_with_a_sentence(name, value, tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env=os.environ | {name: value, "DATA_DIR": str(tmp_path)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr.startswith(f"{name} is wrong: ")
