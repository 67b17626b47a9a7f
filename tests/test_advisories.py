"""The locked releases have no vulnerability of the list in scripts/advisories.toml."""

import re
import runpy
import subprocess
import sys
import tomllib
from datetime import date

import pytest
from django.conf import settings

from tests.conftest import sqlite_only
from tests.test_project import package_name

pytestmark = sqlite_only

ROOT = settings.BASE_DIR
SCRIPT = ROOT / "scripts" / "advisories.py"
ID = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|[\w-]+/[\w-]+#\d+")
LIST = tomllib.loads((ROOT / "scripts" / "advisories.toml").read_text(encoding="utf-8"))


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


def test_no_locked_release_has_a_known_vulnerability():
    result = run()

    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    assert "0 locked releases are older than their fix" in result.stdout


def test_old_release_in_a_lock_file_is_named_with_its_advisory(tmp_path):
    lock = (ROOT / "requirements" / "portal.txt").read_text()
    seeded = re.sub(r"^django==\S+", "django==6.1.2", lock, flags=re.MULTILINE)
    (tmp_path / "portal.txt").write_text(seeded)

    result = run(tmp_path)

    assert result.returncode == 1
    assert "portal.txt: django 6.1.2 has CVE-2026-114582, fixed in 6.1.3: https://" in result.stdout
    assert result.stdout.count("django 6.1.2 has ") == 3


@pytest.mark.parametrize(
    ("locked", "is_old"),
    [
        ("brotli==1.2.0", True),
        ("Brotli==1.2.1rc1 \\", True),
        ("brotli==1.2.1 \\", False),
        ("brotli==1.2.10 ; python_version > '3'", False),
        ("brotli==1.10", False),
        ("brotlicffi==1.0", False),
        ("#brotli==1.0", False),
        ("django-allauth==65.9.0", True),
        ("django_allauth==65.9.0", True),
    ],
)
def test_releases_are_compared_as_versions(locked, is_old):
    vulnerabilities = runpy.run_path(str(SCRIPT))["vulnerabilities"]

    assert bool(vulnerabilities(f"other==1.0\n{locked}\n    --hash=x\n")) == is_old


def test_every_library_has_been_looked_up():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {package_name(requirement) for requirement in project["dependencies"]}
    found = {advisory["package"] for advisory in LIST["advisory"]}

    assert found | set(LIST["not_found"]["packages"]) == direct
    assert not found & set(LIST["not_found"]["packages"])


def test_every_advisory_has_its_source_and_day():
    for advisory in LIST["advisory"]:
        assert advisory["ids"]
        assert all(ID.fullmatch(name) for name in advisory["ids"]), advisory
        assert advisory["source"].startswith("https://")
        assert isinstance(advisory["looked_up"], date)
    names = [name for advisory in LIST["advisory"] for name in advisory["ids"]]
    assert len(names) == len(set(names))
