"""Rules for the whole project: imports, migrations, requirements, style sheets, documents."""

import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from languages.fields import translated_fields

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]


def test_django_is_the_release_that_the_portal_is_written_for():
    assert django.VERSION[:2] == (6, 1)


def test_imports_follow_the_layers():
    # In a process of its own, because the linter replaces the configuration of logging.
    linter = Path(sys.prefix, "bin", "lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 0, result.stdout.decode()


def test_no_package_imports_tests_or_development_tools():
    """They are not installed on a server."""
    imports = [
        f"{path.relative_to(ROOT)}: {line}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(?:from|import) (?:tests|benchmarks|pytest|hypothesis)\b", line)
    ]
    assert not imports


def test_packages_of_the_contract_are_those_installed():
    installed = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert installed == set(PACKAGES)


@pytest.mark.django_db
def test_migrations_are_present_and_linear():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    for app in {app for app, _ in loader.disk_migrations}:
        assert len(loader.graph.leaf_nodes(app)) == 1


def test_no_field_of_two_languages_is_unique_or_ordered_by():
    for model in apps.get_models():
        translated = set(translated_fields(model))
        assert not [field for field in translated if model._meta.get_field(field).unique]
        assert not translated & {name.lstrip("-") for name in model._meta.ordering}
        for constraint in model._meta.constraints:
            assert not translated & set(getattr(constraint, "fields", ()))


def test_content_files_name_the_language_of_every_text():
    for path in (ROOT / "fixtures").rglob("*.json"):
        for record in json.loads(path.read_text(encoding="utf-8")):
            fields = set(record["fields"])
            assert not fields & set(translated_fields(apps.get_model(record["model"])))


def test_requirements_are_locked_with_hashes_and_name_no_index():
    for path in (ROOT / "requirements").glob("*.txt"):
        lines = path.read_text().splitlines()
        pins = [line for line in lines if re.match(r"[a-z0-9-]+==", line)]
        assert pins
        assert all(line.endswith("\\") for line in pins)
        assert not [
            line for line in lines if "://" in line or re.match(r"\s*-+(i|index|find)", line)
        ]


def test_everything_declared_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    portal = (ROOT / "requirements" / "portal.txt").read_text()
    development = (ROOT / "requirements" / "development.txt").read_text()

    for requirement in project["project"]["dependencies"]:
        assert f"\n{package_name(requirement)}==" in f"\n{portal}"
    for requirement in project["dependency-groups"]["dev"]:
        assert f"\n{package_name(requirement)}==" in f"\n{development}"
    assert set(pinned_versions(portal)) <= set(pinned_versions(development))
    audit = (ROOT / "requirements" / "audit.txt").read_text()
    for requirement in project["dependency-groups"]["audit"]:
        assert f"\n{package_name(requirement)}==" in f"\n{audit}"


def test_licences_are_those_of_what_is_locked():
    page = runpy.run_path(str(ROOT / "scripts" / "licences.py"))["page"]()
    assert page == read("docs", "licences.md"), "make licences writes it"
    assert "not installed here" not in page


def package_name(requirement):
    return re.match(r"[a-z0-9-]+", requirement).group()


def pinned_versions(text):
    return re.findall(r"^[a-z0-9-]+==[^ ;\\]+", text, re.MULTILINE)


def test_style_sheets_follow_the_flow_of_text():
    sides = re.compile(
        r"(?:margin|padding|border|(?<!safe-area-)inset)-(?:left|right|top|bottom)"
        r"|text-align: (?:left|right)|float: (?:left|right)|[^-\w](?:left|right):"
        r"|!important|letter-spacing|font-style: italic"
    )
    for package in ("portal", "accounts", "editing"):
        for path in (ROOT / package / "static").rglob("*.css"):
            assert sides.findall(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "2.7"])
def test_find_python_takes_the_first_interpreter_that_is_new_enough(tmp_path, version):
    """It skips shims without such a version, and old interpreters."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    major, minor = version.split(".")
    is_usable = (int(major), int(minor)) >= (3, 12)
    write_script(
        bin_folder / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127"
    )
    write_script(
        bin_folder / "python3",
        f'case "$2" in *print*) echo {bin_folder}/python3;; *) exit {0 if is_usable else 1};; esac',
    )
    environment = {"PATH": f"{bin_folder}:/nowhere", "HOME": str(tmp_path)}

    result = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "find-python"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    if is_usable:
        assert (result.returncode, result.stdout.strip()) == (0, str(bin_folder / "python3"))
    elif result.returncode:
        assert "3.12 or newer" in result.stderr


def write_script(path, body):
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_table_of_edits_names_every_test_of_two_browsers():
    named = set(re.findall(r"`(test_\w+)` \|$", read("docs", "editing.md"), re.MULTILINE))
    tests = re.findall(
        r"^def (test_\w+)", read("tests", "browser", "test_editing.py"), re.MULTILINE
    )
    assert named == set(tests)


def read(*path):
    return ROOT.joinpath(*path).read_text(encoding="utf-8")
