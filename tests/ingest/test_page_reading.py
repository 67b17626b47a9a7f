"""Reading the pages of a PDF one at a time: what was read stays, whatever ends in between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ingest.models import IncomingLine, IncomingPage
from ingest.page_reading import LEASE, claim_page, read_next_page
from ingest.readers.docx import Changes
from ingest.readers.ocr import is_ocr_available
from ingest.taking_in import take_in
from tests.conftest import require
from tests.ingest.making import SLUGS, document_lines, sample

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]


@pytest.fixture
def incoming():
    """A PDF of two pages that was uploaded."""
    return take_in(sample("sf-libreoffice.pdf"), "sf.pdf", Changes.ACCEPT, None)


def states(incoming):
    return list(incoming.pages.values_list("state", flat=True))


def test_pages_are_read_one_after_the_other_and_lines_agreed(incoming):
    require(is_ocr_available(), "tesseract-ocr-ara")
    assert not incoming.lines.filter(is_agreed=True).exists()
    touched = incoming.lines.filter(page=1).first()
    IncomingLine.objects.filter(pk=touched.pk).update(text="نص شخص", version=1, is_confirmed=True)

    assert read_next_page()

    assert states(incoming) == ["read", "waiting"]
    first = incoming.pages.get(number=1)
    assert bytes(first.picture).startswith(b"\x89PNG")
    agreed = set(incoming.lines.filter(is_agreed=True).values_list("text", flat=True))
    assert agreed
    assert agreed <= set(document_lines(SLUGS["sf"]))
    touched.refresh_from_db()
    assert (touched.text, touched.is_agreed) == ("نص شخص", False)
    assert read_next_page()
    assert not read_next_page()
    assert states(incoming) == ["read", "read"]


def test_one_page_is_read_at_a_time_and_taken_up_after_a_crash(incoming):
    page = claim_page()
    assert page.number == 1
    assert claim_page() is None
    assert not read_next_page()

    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    IncomingPage.objects.filter(pk=page.pk).update(claimed_at=long_ago)

    assert claim_page() == page


def test_page_that_cannot_be_drawn_is_left_after_two_attempts(incoming):
    last = incoming.pages.last()
    incoming.pages.exclude(pk=last.pk).delete()
    IncomingPage.objects.filter(pk=last.pk).update(number=99)

    assert read_next_page()
    assert states(incoming) == ["waiting"]
    assert read_next_page()

    assert states(incoming) == ["failed"]
    assert not read_next_page()


def test_document_that_was_discarded_meanwhile_is_no_error(incoming, monkeypatch):
    def discard(data, number):
        incoming.delete()
        return PICTURE

    monkeypatch.setattr("ingest.page_reading.read_page", discard)

    assert read_next_page()
    assert not IncomingPage.objects.exists()


class PICTURE:
    """A picture that was read, with its text."""

    png, text = b"\x89PNG", "نص"
