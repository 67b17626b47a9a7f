"""What is said about a document is edited; its lines, its number and its address are not."""

import pytest

from history.models import Change
from library.models import Document
from tests.factories import make_document, make_line
from tests.forms import AdminForm

pytestmark = pytest.mark.django_db


def test_what_is_said_about_a_document_is_edited_with_history(admin_client):
    document = make_document(title_en="A title", source_url="https://example.org/")
    make_line("سطر", document=document)
    form = AdminForm(admin_client, f"/en/admin/library/document/{document.pk}/change/")

    answer = form.send(title_en="A better title", issued="2026-05", sha256="0", slug="other")

    assert answer.status_code == 302
    document.refresh_from_db()
    assert (document.title_en, document.issued) == ("A better title", "2026-05")
    stored = Document.objects.get(pk=document.pk)
    assert (stored.slug, stored.sha256, stored.number) == (
        document.slug,
        "0" * 64,
        document.number,
    )
    assert Change.objects.filter(model="library.document").first().kind == "changed"
    page = admin_client.get(f"/en/admin/library/document/{document.pk}/history/")
    assert "better" in page.content.decode()


def test_documents_are_neither_added_nor_deleted_by_a_form(admin_client):
    document = make_document()

    assert admin_client.get("/en/admin/library/document/add/").status_code == 403
    path = f"/en/admin/library/document/{document.pk}/delete/"
    assert admin_client.post(path, {"post": "yes"}).status_code == 403
    assert Document.objects.filter(pk=document.pk).exists()
