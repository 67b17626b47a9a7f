"""Taking in a document through the admin: upload, lines, closing; bad files; two people at once."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from history.models import Revision
from ingest.closing import close
from ingest.line_editing import SentLine, save_lines
from ingest.models import ClosedDocument, IncomingDocument, IncomingLine
from library.models import Document
from portal.personal_data import export_account
from tests.forms import AdminForm

pytestmark = pytest.mark.django_db

UPLOAD = "/{}/admin/ingest/incomingdocument/add/"
TEXT = "إعلان الجولة التاسعة\nأولا. نلتزم بالتعاون.\nصفحة 1"


def upload(client, data, name="declaration.txt", language="en", **fields):
    file = SimpleUploadedFile(name, data)
    values = {"changes": "accept", "file": file} | fields
    return client.post(UPLOAD.format(language), values)


@pytest.fixture
def incoming(admin_client):
    """A text of three lines that was uploaded."""
    assert upload(admin_client, TEXT.encode()).status_code == 302
    return IncomingDocument.objects.get()


def lines_form(client, incoming, language="en"):
    return AdminForm(client, f"/{language}/admin/ingest/incomingdocument/{incoming.pk}/lines/")


def texts(incoming):
    return list(incoming.lines.order_by("position").values_list("text", flat=True))


FIELDS = {
    "slug": "declaration-9",
    "title_ar": "إعلان",
    "title_en": "Declaration",
    "short_title_ar": "إعلان",
    "short_title_en": "Declaration",
    "dating_ar": "2026",
    "dating_en": "2026",
    "issued": "2026",
    "publisher_ar": "الإنتربول",
    "publisher_en": "INTERPOL",
    "source_url": "",
}


def test_document_is_taken_in_from_the_upload_to_closed_lines(admin_client, incoming):
    assert texts(incoming) == TEXT.split("\n")
    form = lines_form(admin_client, incoming)
    last = incoming.lines.last()
    form.send(confirm="1", **{f"kind-{last.pk}": "boilerplate", f"reason-{last.pk}": "number"})
    close = AdminForm(admin_client, f"/en/admin/ingest/incomingdocument/{incoming.pk}/close/")

    answer = close.send(**FIELDS)

    assert answer.status_code == 302
    document = Document.objects.get(slug="declaration-9")
    assert answer.headers["Location"].endswith(f"/library/document/{document.pk}/change/")
    assert document.verbatim() == TEXT.encode()
    assert document.sha256 == sha256(TEXT.encode()).hexdigest()
    assert document.is_intact()
    line = document.lines.last()
    assert (line.boilerplate_en, line.boilerplate_ar) == ("A page number.", "رقم صفحة.")
    assert document.lines.filter(boilerplate_en__gt="").count() == 1
    assert not IncomingDocument.objects.exists()
    assert ClosedDocument.objects.get().document == document
    assert Revision.objects.first().author_name == "admin"
    address = f"/ar/library/documents/{document.slug}/"
    assert Client().get(address).status_code == 404
    preview = admin_client.get(f"{address}?preview=library.document.{document.pk}")
    assert "إعلان الجولة التاسعة" in preview.content.decode()


@pytest.mark.parametrize(("language", "sentence"), [("en", "3 lines still want"), ("ar", "3 أسطر")])
def test_lines_that_nobody_has_confirmed_are_not_closed(admin_client, incoming, language, sentence):
    path = f"/{language}/admin/ingest/incomingdocument/{incoming.pk}/close/"
    close = AdminForm(admin_client, path)
    assert sentence in close.html

    answer = close.send(**FIELDS)

    assert sentence in answer.content.decode()
    assert not Document.objects.exists()


def test_boilerplate_wants_a_reason(admin_client, incoming):
    last = incoming.lines.last()
    lines_form(admin_client, incoming).send(confirm="1", **{f"kind-{last.pk}": "boilerplate"})

    close = AdminForm(admin_client, f"/en/admin/ingest/incomingdocument/{incoming.pk}/close/")

    assert "1 line is no content, but has no reason." in close.html


def test_line_is_edited_divided_and_joined(admin_client, incoming):
    first, second, _third = incoming.lines.order_by("position")
    form = lines_form(admin_client, incoming)
    form.send(**{f"text-{second.pk}": "أولا. نلتزم\nبالتعاون.", "save": "1"})
    assert texts(incoming) == ["إعلان الجولة التاسعة", "أولا. نلتزم", "بالتعاون.", "صفحة 1"]
    assert [line.is_confirmed for line in incoming.lines.all()] == [False, True, True, False]

    answer = lines_form(admin_client, incoming).send(join=str(second.pk))

    assert answer.headers["Location"].endswith(f"#line-{second.pk}")
    assert texts(incoming) == TEXT.split("\n")
    assert [line.position for line in incoming.lines.all()] == [1, 2, 3]
    assert not incoming.lines.filter(is_confirmed=True).exists()
    lines_form(admin_client, incoming).send(join=str(incoming.lines.last().pk))
    assert texts(incoming) == TEXT.split("\n")
    assert first.pk == incoming.lines.first().pk


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "yours was not saved"), ("ar", "ولم يُحفظ ما كتبتم")]
)
def test_nobody_overwrites_what_they_have_not_seen(admin_client, incoming, language, sentence):
    line, other = incoming.lines.order_by("position")[:2]
    mine, theirs = (lines_form(admin_client, incoming, language) for _ in range(2))
    theirs.send(**{f"text-{line.pk}": "نص زميلي", "save": "1"})

    answer = mine.send(**{f"text-{line.pk}": "نصي", f"text-{other.pk}": "آخر", "save": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert "نصي" in page
    assert texts(incoming)[:2] == ["نص زميلي", "آخر"]
    again = mine.send(**{f"text-{line.pk}": "نصنا", "save": "1"})
    assert again.status_code == 302
    assert texts(incoming)[0] == "نصنا"


def test_typed_text_of_a_line_that_is_gone_is_shown(admin_client, incoming):
    first, second, _third = incoming.lines.order_by("position")
    mine = lines_form(admin_client, incoming)
    lines_form(admin_client, incoming).send(join=str(first.pk))

    page = mine.send(**{f"text-{second.pk}": "ما كتبته", "save": "1"}).content.decode()

    assert "What you typed" in page
    assert "ما كتبته" in page


@pytest.mark.parametrize(
    ("data", "english", "arabic"),
    [
        (b"", "empty", "فارغ"),
        (b"Only English here.", "no Arabic text", "لا نص عربيًا"),
        (b"\x00\x01\x02\x03" * 50, "", ""),
        (b"%PDF-1.7 broken", "damaged", "تالف"),
        (b"PK\x03\x04 broken", "", ""),
        (("سطر\n" * 5001).encode(), "more than 5,000 lines", "5,000"),
    ],
)
def test_bad_file_is_named_in_a_sentence_and_nothing_is_stored(admin_client, data, english, arabic):
    for language, sentence in (("en", english), ("ar", arabic)):
        answer = upload(admin_client, data, "../../x.txt", language)
        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert "errornote" in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not IncomingDocument.objects.exists()


def test_name_of_a_file_has_no_folders(admin_client):
    upload(admin_client, TEXT.encode(), "..\\..\\secret.txt")

    assert "\\" not in IncomingDocument.objects.get().file_name


def test_same_file_is_not_taken_in_twice(admin_client, incoming):
    assert "is being taken in already" in upload(admin_client, TEXT.encode()).content.decode()
    lines_form(admin_client, incoming).send(confirm="1")
    path = f"/en/admin/ingest/incomingdocument/{incoming.pk}/close/"
    AdminForm(admin_client, path).send(**FIELDS)

    answer = upload(admin_client, TEXT.encode())

    assert "was taken in already" in answer.content.decode()
    other = upload(admin_client, b"\xef\xbb\xbf" + TEXT.encode())  # with a mark of the encoding
    assert other.status_code == 302
    again = IncomingDocument.objects.get()
    lines_form(admin_client, again).send(confirm="1")
    path = f"/en/admin/ingest/incomingdocument/{again.pk}/close/"
    answer = AdminForm(admin_client, path).send(**FIELDS | {"slug": "other"})
    assert "has these lines already" in answer.content.decode()
    assert Document.objects.count() == 1


def test_pasted_text_is_a_file_too(admin_client):
    values = {"changes": "accept", "pasted": TEXT.replace("\n", "\r\n")}

    assert admin_client.post(UPLOAD.format("en"), values).status_code == 302

    assert texts(IncomingDocument.objects.get()) == TEXT.split("\n")
    empty = admin_client.post(UPLOAD.format("en"), {"changes": "accept"})
    assert "choose a file or paste a text" in empty.content.decode()


def test_taking_in_needs_its_own_permission(client, admin_client, incoming, django_user_model):
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    client.force_login(editor)
    paths = ["lines/", "close/", "pages/1.png", "delete/"]

    assert client.get(UPLOAD.format("en")).status_code == 403
    for path in paths:
        answer = client.get(f"/en/admin/ingest/incomingdocument/{incoming.pk}/{path}")
        assert answer.status_code in (403, 404), path
    assert upload(client, b"x").status_code == 403


def test_document_that_was_closed_meanwhile_is_named(admin_client, incoming):
    lines_form(admin_client, incoming).send(confirm="1")
    path = f"/en/admin/ingest/incomingdocument/{incoming.pk}/close/"
    first = AdminForm(admin_client, path)
    line = incoming.lines.first()
    editing = lines_form(admin_client, incoming)
    first.send(**FIELDS)

    with pytest.raises(ValidationError, match="closed or discarded"):
        close(incoming, Document(slug="again", number=1))
    typed = SentLine(line.pk, line.version, "ما كتبته", "content", "", is_confirmed=True)
    assert save_lines(incoming, [typed]) == [typed]
    assert editing.send(save="1").status_code == 404
    assert Document.objects.get().lines.first().text == TEXT.split("\n")[0]


def test_upload_is_discarded_by_hand_or_after_thirty_days(admin_client, incoming):
    page = admin_client.get(f"/en/admin/ingest/incomingdocument/{incoming.pk}/delete/")
    assert "إعلان الجولة" not in page.content.decode()
    admin_client.post(f"/en/admin/ingest/incomingdocument/{incoming.pk}/delete/", {"post": "yes"})

    assert not IncomingLine.objects.exists()


def test_what_is_stored_of_whom_is_exported(admin_client, admin_user, incoming):
    (row,) = export_account(admin_user)["records"]["ingest.incomingdocument"]

    assert row["file_name"] == "declaration.txt"
    assert "file" not in row
    assert row["uploaded_at"] > timezone.now() - timedelta(minutes=5)
