"""Makes files to take in: DOCX of paragraphs and parts, PDF by hand, pages."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from pypdf import PdfWriter

from ingest.readers.results import LineKind

SAMPLES = Path(__file__).parent / "samples"
FIXTURES = settings.BASE_DIR / "fixtures"
DOCUMENTS = FIXTURES / "documents"
SLUGS = {"goals": "global-policing-goals-2023", "sf": "strategic-framework-2026-2030"}
# Models whose line is no source of a text.
NOT_CITED = {"library.correction", "library.note", "library.term", "dialogue.participant"}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def sample(name):
    """Return the bytes of a sample file."""
    return (SAMPLES / name).read_bytes()


def editors_kinds():
    """Return what the fixtures say: {(document, line number): kind}."""
    kinds = {}
    for path in FIXTURES.glob("*/*.json"):
        for record in json.loads(path.read_text(encoding="utf-8")):
            fields = record["fields"]
            if record["model"] == "library.line":
                kinds[fields["document"][0], fields["number"]] = LineKind.BOILERPLATE
            elif record["model"] not in NOT_CITED and fields.get("line"):
                is_heading = "title_ar" in fields or fields.get("kind") == "heading"
                kind = LineKind.HEADING if is_heading else LineKind.CONTENT
                kinds.setdefault(tuple(fields["line"]), kind)
    return kinds


def document_lines(slug):
    """Return the lines of one of our documents, without blank ones."""
    text = (DOCUMENTS / f"{slug}.ar.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line.strip()]


def part(name, content):
    """Return the XML of a part of a DOCX file."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {NAMESPACES}>{content}</w:{name}>'


def run(text, properties=""):
    """Return a run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content, numbering=None, level=0, properties="<w:bidi/>"):
    """Return a paragraph of runs, or of a text."""
    if not content.startswith("<"):
        content = run(content)
    if numbering is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def level(number, number_format, text, start=1, rest=""):
    """Return a level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>'
        f'{rest}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def make_docx(*paragraphs, numbering="", compression=zipfile.ZIP_DEFLATED, **parts):
    """Return a DOCX file; `parts` are further parts by their names, without “word/” and “.xml”."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", part("document", f"<w:body>{''.join(paragraphs)}</w:body>")
        )
        if numbering:
            archive.writestr("word/numbering.xml", part("numbering", numbering))
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return target.getvalue()


def make_page(main):
    """Return a saved page with a menu, a script and a footer around its main text."""
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>صفحة</title><script>document.write("لا تقرأ هذا");</script></head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/news">الأخبار</a></li></ul></nav>
<main><article>{main}</article></main><footer>جميع الحقوق محفوظة</footer></body></html>""".encode()


def make_pdf(pages=1, size=200):
    """Return a PDF of blank pages, which is one without text."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(size, size)
    return written(writer)


def written(writer, password=None):
    """Return the bytes of a PDF, protected by a password if one is given."""
    if password is not None:
        writer.encrypt(password, "owner", algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()
