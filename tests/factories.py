"""One make_ function per model, with a default for every field."""

from itertools import cycle

from crosscutting.models import Commitment, Theme
from dialogue.models import Highlight, Participant, Round
from goals.models import Goal, Objective
from library.models import (
    Article,
    Correction,
    Document,
    Line,
    Note,
    Paragraph,
    Placement,
    Term,
)
from sdg_links.models import Sdg, SdgLink

numbers = cycle(range(100, 1_000))  # those of pages have three digits


def make_document(**fields):
    number = fields.pop("number", next(numbers))
    defaults = {
        "slug": f"document-{number}",
        "title_ar": f"وثيقة {number}",
        "title_en": f"Document {number}",
        "short_title_ar": f"وثيقة {number}",
        "short_title_en": f"Document {number}",
        "dating_ar": "2023",
        "dating_en": "2023",
        "sha256": "0" * 64,
    }
    return Document.objects.create(number=number, **defaults | fields)


def make_line(text="نص", **fields):
    document = fields.pop("document", None) or make_document()
    number = fields.pop("number", document.lines.count() + 1)
    return Line.objects.create(document=document, number=number, text=text, **fields)


def make_correction(line, original, reading, **fields):
    defaults = {"certainty": "sure", "reason_ar": "خطأ.", "reason_en": "A slip."}
    return Correction.objects.create(
        line=line, original=original, reading=reading, **defaults | fields
    )


def make_note(line, **fields):
    defaults = {
        "text_ar": "ملاحظة.",
        "text_en": "A note.",
        "year": 2024,
        "source_url": "https://example.org/",
    }
    number = fields.pop("number", line.notes.count() + 1)
    return Note.objects.create(line=line, number=number, **defaults | fields)


def make_container(model, prefix, fields):
    number = fields.pop("number", next(numbers))
    title_ar = fields.pop("title_ar", f"عنوان {number}")
    defaults = {
        "code": f"{prefix} {number}",
        "number": number,
        "title_ar": title_ar,
        "title_en": f"Title {number}",
        "is_published": True,
    }
    if "line" not in fields:
        defaults["line"] = make_line(title_ar or "نص")
    return model.objects.create(**defaults | fields)


def make_statement(model, container_field, container, fields):
    text_ar = fields.pop("text_ar", "نص عربي")
    siblings = model.objects.filter(**{container_field: container})
    defaults = {
        container_field: container,
        "number": siblings.count() + 1,
        "text_ar": text_ar,
        "text_en": "English text",
    }
    if "line" not in fields:
        defaults["line"] = make_line(text_ar or "نص")
    return model.objects.create(**defaults | fields)


def make_goal(**fields):
    number = fields.setdefault("number", next(numbers))
    names = {
        "slug": f"goal-{number}",
        "subject_ar": f"هدف {number}",
        "subject_en": f"Subject {number}",
    }
    return make_container(Goal, "GPG", names | fields)


def make_objective(goal=None, **fields):
    return make_statement(Objective, "goal", goal or make_goal(), fields)


def make_theme(**fields):
    number = fields.setdefault("number", next(numbers))
    return make_container(Theme, "CCT", {"slug": f"theme-{number}"} | fields)


def make_commitment(theme=None, **fields):
    return make_statement(Commitment, "theme", theme or make_theme(), fields)


def make_article(**fields):
    number = fields.setdefault("number", next(numbers))
    document = fields.pop("document", None) or make_document()
    return make_container(
        Article, "ART", {"slug": f"article-{number}", "document": document} | fields
    )


def make_paragraph(article=None, **fields):
    return make_statement(Paragraph, "article", article or make_article(), fields)


def make_placement(place, record):
    return Placement.objects.create(place=place, **{record._meta.model_name: record})


def make_round(year=2019, **fields):
    number = fields.setdefault("number", next(numbers))
    return make_container(
        Round, "D", {"year": year, "code": f"D {year}", "number": number} | fields
    )


def make_highlight(dialogue_round=None, **fields):
    return make_statement(Highlight, "round", dialogue_round or make_round(), fields)


def make_term(slug="cybercrime", **fields):
    defaults = {
        "kind": "concept",
        "term_ar": "الجريمة السيبرية",
        "term_en": slug,
        "definition_ar": "تعريف.",
        "definition_en": "A definition.",
        "source_url": "https://example.org/",
    }
    return Term.objects.create(slug=slug, **defaults | fields)


def make_participant(term=None, **fields):
    number = fields.pop("number", next(numbers))
    line = fields.pop("line", None) or make_line()
    return Participant.objects.create(number=number, term=term or make_term(), line=line, **fields)


def make_sdg(number=16, **fields):
    defaults = {
        "name_ar": "السلام والعدل والمؤسسات القوية",
        "name_en": "Peace, justice and strong institutions",
        "full_name_ar": "السلام",
        "full_name_en": "Peace",
        "colour": "#00689D",
        "uri": f"http://metadata.un.org/sdg/{number}",
    }
    return Sdg.objects.create(number=number, **defaults | fields)


def make_sdg_link(goal=None, sdg=None, **fields):
    defaults = {
        "basis": "editorial",
        "target": "",
        "year": 2015,
        "source_url": "http://metadata.un.org/sdg/16.4",
        "reason_ar": "سبب.",
        "reason_en": "A reason.",
    }
    return SdgLink.objects.create(
        goal=goal or make_goal(), sdg=sdg or make_sdg(), **defaults | fields
    )
