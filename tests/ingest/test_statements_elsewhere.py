"""Statements that were made of lines beside the whole content, exported and loaded elsewhere."""

import pytest
from django.core.management import call_command

from ingest.making import confirm
from ingest.planning import plan_of
from library.models import Document, RegisteredCode
from portal.content.verification import verify
from tests.ingest.test_statements import ENGLISH, NEWS, close_lines
from tests.portal.test_content_both_ways import empty_database
from tests.portal.test_exported_content import file_contents

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]


def test_statements_are_the_same_elsewhere(content, tmp_path):
    news = close_lines(NEWS, slug="jasmine", issued="2026-05-12")
    rows = plan_of(news)
    for row, english in zip(rows, ENGLISH, strict=False):
        row.translation, row.is_translation_confirmed = english, True
        row.save()
    assert [problem for check in verify() for problem in check.problems] == []
    confirm(news)
    problems = [problem for check in verify() for problem in check.problems]
    assert problems == []
    call_command("export_content", tmp_path / "first", drafts=True, verbosity=0)
    codes = [(row.code, row.state) for row in RegisteredCode.objects.order_by("code")]
    empty_database()

    call_command("load_content", directory=tmp_path / "first", verbosity=0)
    call_command("export_content", tmp_path / "second", drafts=True, verbosity=0)

    assert file_contents(tmp_path / "second") == file_contents(tmp_path / "first")
    assert [(row.code, row.state) for row in RegisteredCode.objects.order_by("code")] == codes
    assert Document.objects.get(slug="jasmine").verbatim() == "\n".join(NEWS).encode()
