"""Saved pages: only the main text, and nothing that runs."""

import pytest

from ingest.readers.__main__ import answer
from ingest.readers.files import read_file
from ingest.readers.kinds import line_kinds
from ingest.readers.results import Fault, ReadError
from tests.ingest.making import DOCUMENTS, document_lines, make_page

SENTENCE = "اختتم مؤتمر الإنتربول لرؤساء المكاتب المركزية الوطنية أعماله بموافقة المندوبين عليها."


def test_main_text_is_read_without_menu_and_footer():
    page = make_page(
        f"<h1>مؤتمر رؤساء المكاتب المركزية</h1><p>{SENTENCE}</p><ul><li>أولى نقاط البيان المشترك"
        "</li><li>ثانية نقاط البيان المشترك</li></ul><ol><li>أول بنود الإعلان الختامي</li><li>ثاني"
        " بنود الإعلان الختامي</li></ol>"
    )

    document = read_file(page)

    assert [(line.text, line.kind) for line in document.lines] == [
        ("مؤتمر رؤساء المكاتب المركزية", "heading"),
        (SENTENCE, "content"),
        ("• أولى نقاط البيان المشترك", "content"),
        ("• ثانية نقاط البيان المشترك", "content"),
        ("1. أول بنود الإعلان الختامي", "content"),
        ("2. ثاني بنود الإعلان الختامي", "content"),
    ]


@pytest.mark.parametrize("slug", [path.stem.removesuffix(".ar") for path in DOCUMENTS.glob("*")])
def test_page_with_one_of_our_documents_gives_its_lines(slug):
    lines = document_lines(slug)
    kinds = line_kinds(lines)
    elements = [
        f"<h2>{line}</h2>"
        if kind == "heading"
        else f"<ul><li>{line[2:]}</li></ul>"
        if line.startswith("- ")
        else f"<p>{line}</p>"
        for line, kind in zip(lines, kinds, strict=True)
    ]

    document = read_file(make_page("".join(elements)))

    # Pages have single spaces, and their bullets are round.
    read = [line.text.replace("• ", "- ") for line in document.lines]
    assert read == [" ".join(line.split()) for line in lines]


def test_scripts_and_entities_are_harmless():
    page = make_page(
        f"<p>{SENTENCE}</p><script>alert('لا تقرأ هذا النص أبدا')</script><style>p {{}}</style>"
        f"<p>&lt;script&gt; و&amp;amp; &#1593;مل الشرطة &xxe; في {SENTENCE}</p>"
    )
    evil = b'<!DOCTYPE html [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>' + page[15:]

    text = "\n".join(line.text for line in read_file(evil).lines)

    assert "root:" not in text
    assert "لا تقرأ" not in text
    assert "<script> و&amp; عمل الشرطة" in text


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256"])
def test_declared_encoding_is_used(encoding):
    page = make_page(f"<p>{SENTENCE}</p>").decode()
    data = page.replace('charset="utf-8"', f'charset="{encoding}"').encode(encoding)

    assert [line.text for line in read_file(data).lines] == [SENTENCE]


@pytest.mark.parametrize(
    ("main", "faults"),
    [
        ("", {Fault.EMPTY, Fault.NO_ARABIC}),
        ("<p>Only a sentence in English, and one more of them.</p>" * 5, {Fault.NO_ARABIC}),
    ],
)
def test_pages_without_arabic_text_are_refused(main, faults):
    page = f"<html><body><main>{main}</main></body></html>".encode()

    with pytest.raises(ReadError) as error:
        read_file(page)

    assert error.value.fault in faults


def test_deeply_nested_page_is_read_or_refused():
    page = make_page("<div>" * 5000 + f"<p>{SENTENCE}</p>")

    assert set(answer("document", "accept", page)) <= {"result", "fault"}
