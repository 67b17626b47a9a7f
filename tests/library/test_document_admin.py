"""What is said about a document is edited; its lines, its number and its address are not."""

import pytest

from history.models import Change
from library.models import Article, Document
from tests.factories import make_article, make_document, make_line, make_note, make_paragraph
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


def document_form(client, document, language="en"):
    return AdminForm(client, f"/{language}/admin/library/document/{document.pk}/change/")


@pytest.fixture
def draft():
    """A document that readers do not see, with a line that has a note."""
    document = make_document(is_published=False, title_ar="إعلان زنبق", title_en="Lily title")
    make_note(make_line("نص السطر زنبق", document=document), text_ar="حاشية زنبق", text_en="A lily")
    return document


def test_draft_of_a_document_is_shown_nowhere_until_it_is_published(client, admin_client, draft):
    addresses = ["library/", f"library/documents/{draft.slug}/", "search/?q=زنبق", "search/?q=lily"]
    pages = [client.get(f"/{code}/{path}") for path in addresses for code in ("ar", "en")]

    assert [page.status_code for page in pages] == [200, 200, 404, 404, 200, 200, 200, 200]
    for page in pages:
        assert "Lily title" not in page.content.decode()
        assert page.status_code == 404 or f"/{draft.slug}/" not in page.content.decode()
    assert draft.slug not in client.get("/sitemap-document.xml").content.decode()
    preview = f"/en/library/documents/{draft.slug}/?preview=library.document.{draft.pk}"
    assert client.get(preview).status_code == 404
    assert "Lily title" in admin_client.get(preview).content.decode()

    document_form(admin_client, draft).send(is_published="on")

    assert "Lily title" in client.get(f"/en/library/documents/{draft.slug}/").content.decode()
    assert f"/{draft.slug}/" in client.get("/en/search/?q=lily").content.decode()


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Publish the document first"), ("ar", "انشروا الوثيقة أولًا")]
)
def test_nothing_is_published_that_cites_a_draft(admin_client, draft, language, sentence):
    article = make_article(document=draft, line=None, is_published=False)
    make_paragraph(article, line=draft.lines.get(), text_ar="نص السطر زنبق", text_en="Text")
    form = AdminForm(admin_client, f"/{language}/admin/library/article/{article.pk}/change/")

    answer = form.send(is_published="on")

    assert sentence in answer.content.decode()
    articles = f"/{language}/admin/library/article/"
    chosen = {"action": "publish", "_selected_action": [article.pk], "confirmed": "yes"}
    assert sentence in admin_client.post(articles, chosen, follow=True).content.decode()
    assert not Article.objects.get().is_published
    document_form(admin_client, draft).send(is_published="on")
    assert form.send(is_published="on").status_code == 302
    hidden = document_form(admin_client, draft, language)
    assert article.code in hidden.send(is_published=None).content.decode()
    assert Document.objects.get(pk=draft.pk).is_published


def test_official_versions_are_edited_with_the_document(client, admin_client):
    document = make_document(publisher_ar="الناشر", publisher_en="The publisher")
    form = document_form(admin_client, document)
    rows = {
        "official_versions-TOTAL_FORMS": "1",
        "official_versions-0-language": "fr",
        "official_versions-0-url": "https://example.org/fr",
    }

    assert form.send(**rows).status_code == 302

    page = client.get(f"/en/library/documents/{document.slug}/").content.decode()
    assert 'Official version in <bdi lang="fr">français</bdi>' in page
    assert 'href="https://example.org/fr" hreflang="fr"' in page
    assert "The publisher" in page
    page = client.get(f"/ar/library/documents/{document.slug}/").content.decode()
    assert 'النسخة الرسمية باللغة <bdi lang="fr">français</bdi>' in page
    assert "الناشر" in page
