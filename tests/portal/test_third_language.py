"""French, added to a copy of the portal with all content: a setting, migrations and a .po file.

The .po file is a pseudo-translation (portal/pseudo.py), so all French texts are in ⟦brackets⟧.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import require
from tests.portal.test_pages import PageParser

pytestmark = [
    pytest.mark.whole_site,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="The copy has an SQLite of its own."),
]

LINE = 'LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]'
WITH_FRENCH = LINE.replace(")]", '), ("fr", _("French"))]')
TITLES = r'<title>.*?</title>| title="[^"]*"| aria-label="[^"]*"'
# The apps with translated fields; each needs a migration.
APPS = {"crosscutting", "dialogue", "goals", "library", "sdg_links"}
WRITE = """
from goals.models import Goal, Objective
Goal.objects.filter(slug="border-integrity").update(title_fr="Intégrité des frontières")
Goal.objects.filter(slug="counter-terrorism").update(title_ar="")
Objective.objects.filter(code="GPG 2.1").update(text_fr="Repérer, avec INTERPOL")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory, prepared):
    """A function that runs Python in a copy of the project, with French added after the content."""
    folder = tmp_path_factory.mktemp("french") / "portal"
    copy_project(folder)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"DATA_DIR": str(folder / "data"), "DEBUG": "false"}
    environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"

    def python(*arguments):
        command = [sys.executable, "-W", "error", *arguments]
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    (folder / "data").mkdir()
    shutil.copy(prepared / "portal.sqlite3", folder / "data")
    add_french(folder, python)
    return python


def copy_project(folder):
    git = shutil.which("git")
    require(git and (settings.BASE_DIR / ".git").exists(), "the project in git")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.strip("\0").split("\0"):
        if (file := settings.BASE_DIR / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / name)


def add_french(folder, python):
    file = folder / "portal" / "settings.py"
    code = file.read_text(encoding="utf-8")
    assert code.count(LINE) == 1
    file.write_text(code.replace(LINE, WITH_FRENCH), encoding="utf-8")
    python("manage.py", "makemigrations", "-v0")
    python("manage.py", "migrate", "-v0")
    python("manage.py", "pseudo_messages", str(folder / "pseudo"), "-v0")
    shutil.copytree(folder / "pseudo" / "fr", folder / "locale" / "fr")
    python("manage.py", "shell", "-v0", "-c", WRITE)


@pytest.fixture(scope="module")
def pages(copy):
    return json.loads(copy("-m", "tests.rendering", "fr"))


def test_each_app_with_texts_needs_one_migration(copy):
    apps = copy(
        "-c",
        "import pathlib; print(*(p.parent.parent.name for p in pathlib.Path().glob("
        "'*/migrations/*.py') if 'fr' in p.stem.split('_')))",
    )

    assert sorted(apps.split()) == sorted(APPS)
    assert "No changes detected" in copy("manage.py", "makemigrations", "--check", "--dry-run")


def test_every_kind_of_page_is_french(pages):
    statuses = {path: status for path, (status, _) in pages.items() if status != 200}
    assert statuses == {"/fr/nothing/": 404}

    for path, (_, html) in pages.items():
        if path.startswith("/fr/"):
            assert '<html lang="fr" dir="ltr"' in html, path
            assert html.count("⟦") > 20, path
    assert "/fr/goals/border-integrity/" in pages["/sitemap-goal.xml"][1]
    assert '<html lang="fr"' in pages["/id/GPG-2.1?fp=fr.000000000000"][1]


def test_pages_lead_to_every_other_language(pages):
    html = pages["/fr/goals/"][1]

    assert re.findall(r'<link rel="alternate" hreflang="(\w+)"', html) == ["ar", "en", "fr"]
    assert re.findall(r'<li><a href="/(\w+)/goals/" lang="\1" dir="(\w+)"', html) == [
        ("ar", "rtl"),
        ("en", "ltr"),
    ]


def test_reader_sees_french_else_arabic_else_english_with_a_mark(pages):
    html = pages["/fr/goals/"][1]
    titles = re.findall(r'<h2><a href="/fr/goals/([\w-]+)/">(.*?)</a></h2>', html)
    languages = {slug: re.findall(r'lang="(\w+)"', title) for slug, title in titles}

    # Both the text and the words about its language have a lang attribute.
    assert languages.pop("border-integrity") == []
    assert languages.pop("counter-terrorism") == ["en", "en"]
    assert set(map(tuple, languages.values())) == {("ar", "ar")}
    assert len(languages) == 5
    assert html.count('class="not-translated">⟦') > 6
    assert "Intégrité des frontières" in html


def test_no_arabic_stands_in_a_french_page_unmarked(pages):
    """Without titles and attributes: HTML cannot mark the language of a part of them."""
    strays = [
        (path, text)
        for path, (_, html) in pages.items()
        if path.startswith("/fr/") and "/admin/" not in path
        for language, isolated, text in PageParser(re.sub(TITLES, "", html)).texts
        if language == "fr" and not isolated and re.search("[\u0621-\u064a]", text)
    ]
    assert strays == []


def test_three_columns_stand_side_by_side(pages):
    html = pages["/fr/goals/vulnerable-communities/?view=parallel"][1]

    columns = re.findall(
        r'<span class="columns"><span lang="(\w+)".*?</span><span lang="(\w+)"[^>]*>.*?</span>'
        r'<span lang="(\w+)"',
        html,
    )
    assert set(columns) == {("fr", "ar", "en")}


def test_commands_work_with_a_third_language(copy):
    assert re.search(r"1 of \d+ records", copy("manage.py", "load_content"))
    copy("manage.py", "load_content", "--overwrite", "-v0")
    assert "right  languages agree" in copy("manage.py", "verify_content")
    states = "from translations.models import TranslationState as T; print({})"
    count = "T.objects.filter(language='fr', state__in=['missing', 'unreviewed']).count()"
    both = "T.objects.filter(language='en', state='unreviewed').count()"
    output = copy("manage.py", "shell", "-v0", "-c", states.format(f"{count} == {both}"))
    assert output.strip() == "True"
