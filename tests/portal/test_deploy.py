"""The files of deploy/ agree with the settings and with each other."""

import re
import runpy
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests.prepared import environment

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "configuration.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# Variables of the system, which the portal does not document.
SYSTEM_VARIABLES = {"VENV", "PATH", "HOME"}


def portal_variables():
    """Return the names of the environment variables that the portal and scripts/serve read."""
    files = [ROOT / "portal" / "settings.py", ROOT / "operations" / "backup" / "encryption.py"]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r'(?:environment\.\w+|environ\.get)\(\s*"([A-Z_]+)"', code))
    script = (ROOT / "scripts" / "serve").read_text(encoding="utf-8")
    return names | set(re.findall(r"\$\{([A-Z_]+):-", script)) - SYSTEM_VARIABLES


def test_page_of_the_variables_is_what_the_script_writes():
    page = runpy.run_path(str(ROOT / "scripts" / "configuration.py"))["page"]()

    assert page == PAGE.read_text(encoding="utf-8"), "make configuration writes it"


def test_every_variable_is_in_the_page_and_in_the_template():
    page = PAGE.read_text(encoding="utf-8")
    template = (DEPLOY / "portal.env.example").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == sorted(
        portal_variables()
    )
    assert set(re.findall(r"^#?([A-Z_]+)=", template, re.MULTILINE)) == portal_variables()


@pytest.mark.whole_site
def test_container_has_what_the_portal_runs_with(tmp_path):
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (line.removeprefix("!").rstrip("/") for line in ignored if line.startswith("!")):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        if (ROOT / name).exists():  # the folder of wheels is only there for closed networks
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, tmp_path / name)
    variables = environment(tmp_path / "data") | {"PYTHONDONTWRITEBYTECODE": "1"}
    for command in (
        ["check"],
        ["migrate", "--verbosity", "0"],
        ["shell", "--command", "from operations.release import portal_version as v; print(v())"],
    ):
        arguments = [sys.executable, "manage.py", *command]
        subprocess.run(arguments, cwd=tmp_path, env=variables, check=True, capture_output=True)


def test_template_holds_no_secret_and_says_of_each_variable_what_it_is():
    text = (DEPLOY / "portal.env.example").read_text(encoding="utf-8")

    assert "\nSECRET_KEY=\n" in text
    for paragraph in text.split("\n\n"):
        assert paragraph.startswith("# "), paragraph


def test_pages_of_the_proxy_are_in_both_languages_and_need_nothing_else():
    for path in (DEPLOY / "pages").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert page.startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
        assert '<section lang="en" dir="ltr">' in page
        assert not re.search(r"<(?:link|script|style|img)|style=", page)


def test_services_are_hardened_alike():
    hardening = {
        re.search(r"# The same in all.*?\n\n", unit.read_text() + "\n", re.DOTALL)[0].strip()
        for unit in UNITS
    }

    assert len(UNITS) == 4
    assert len(hardening) == 1


def test_containers_publish_the_portal_on_this_machine_alone_and_have_no_secrets():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert re.findall(r"^ +ports:\n((?: +- .+\n)+)", text, re.MULTILINE) == [
        "      - 127.0.0.1:8000:8000\n"
    ]
    assert text.count("restart: unless-stopped") == text.count("healthcheck:") == 3
    secrets = re.findall(r"(?:PASSWORD|SECRET_KEY|DATABASE_URL): (.+)", text)
    assert secrets
    assert all("${" in value and ":?" in value for value in secrets)


def test_set_up_of_containers_runs_the_commands_of_the_service():
    unit = (DEPLOY / "systemd" / "portal-setup.service").read_text(encoding="utf-8")
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    commands = re.findall(r"^ExecStart=.*manage\.py ([^'\n]+)", unit, re.MULTILINE)
    assert re.findall(r"^ +manage (\w.*)", compose, re.MULTILINE) == commands


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="This machine has no systemd.")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_services_are_little_exposed(unit):
    output = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert float(re.search(r"Overall exposure level for \S+: ([\d.]+)", output)[1]) < 2
