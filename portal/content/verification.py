"""Prove the content in the database: every line of the documents, word for word, twice over."""

from typing import NamedTuple

from django.apps import apps
from tqdm import tqdm

from crosscutting.models import Theme
from dialogue.models import Participant, Round
from goals.models import Goal
from languages.fields import paired_fields, translated_fields
from languages.languages import codes as language_codes
from languages.languages import equals, in_language, others
from languages.languages import source as source_language
from library.models import Correction, Document, Line, Paragraph
from library.passages import quoting_models
from library.transcription import corrected
from sdg_links.models import Sdg, SdgLink
from translations.checks import findings
from translations.units import key_of, relations

# What the documents hold, counted in them by hand.
EXPECTED = {
    "documents": 5,
    "objectives of each goal": [6, 3, 6, 4, 5, 6, 6],
    "commitments of each theme": [7, 9, 7, 8, 4],
    "strategic goals": 4,
    "SDGs": 17,
    "goals linked to every SDG 5, 16 and 17": 7,
    "participants of the Dialogue": 9,
    "observers of the Dialogue": 2,
    "rounds with statements": [2016, 2017, 2019, 2020, 2021],
    "rounds from public sources": [2022, 2023, 2024],
}


class CheckResult(NamedTuple):
    """What one check found: how much it looked at, and every problem in a sentence."""

    name: str
    result: str
    problems: list


def verify(show_progress=False):
    """Return the CheckResult of every check, in the order of their dependence."""
    checks = [intact, cited, worded, complete, agreeing, counted]
    return [
        check() for check in tqdm(checks, unit=" checks", disable=None if show_progress else True)
    ]


def intact():
    """Whether the lines of each document give the bytes of its file."""
    documents = list(Document.objects.all())
    problems = [
        f"{document}: the lines no longer give the SHA-256 {document.sha256}."
        for document in documents
        if not document.is_intact()
    ]
    return CheckResult(
        "documents intact", f"{len(documents) - len(problems)}/{len(documents)}", problems
    )


def quoting():
    """Return every title and statement, with its line and corrections."""
    return [record for model in quoting_models() for record in model.objects.with_sources()]


def cited():
    """Whether each line that says something is cited, and none that says nothing is."""
    lines = Line.objects.select_related("document")
    used = {record.line_id for record in quoting()}
    content = [line for line in lines if not line.is_blank and not line.boilerplate_ar]
    uncited = [f"{line} is cited nowhere." for line in content if line.pk not in used]
    empty = [
        f"{line} is cited, but is {'blank' if line.is_blank else 'page boilerplate'}."
        for line in lines
        if line.pk in used and (line.is_blank or line.boilerplate_ar)
    ]
    share = 100 * (len(content) - len(uncited)) / max(1, len(content))
    result = f"{len(content) - len(uncited)}/{len(content)} ({share:.1f} %)"
    return CheckResult("content lines cited", result, uncited + empty)


def worded():
    """Whether each text is word for word its line, but for the listed corrections."""
    problems = [problem for _record, problem in differing()]
    corrections = Correction.objects.count()
    result = f"{len(problems)} unexplained differences, {corrections} corrections"
    return CheckResult("words as in the documents", result, problems)


def differing():
    """Yield each record that says something else than its line, and how, as a sentence."""
    for record in quoting():
        if record.line is None:
            continue
        try:
            expected = corrected(record.line.text, record.line.corrections.all())
        except ValueError as error:
            yield record, f"{record.line}: the correction of “{error}” does not fit the line."
            continue
        if expected != record.reading:
            yield record, f"{record.code}: “{record.reading}” differs from “{expected}”."


def translated_models():
    return [model for model in apps.get_models() if translated_fields(model)]


def pairs():
    """Yield each record and field with its texts in the portal's languages."""
    for model in translated_models():
        fields = paired_fields(model)
        related = list(relations(model))
        for record in model.objects.select_related(*related) if related else model.objects.all():
            for name in fields:
                texts = {code: in_language(record, name, code) for code in language_codes()}
                yield record, name, texts


def complete():
    """Whether each text is there in both languages, or in none where it may be empty."""
    problems, texts = [], 0
    for record, name, pair in pairs():
        is_optional = record._meta.get_field(name).blank
        texts += any(pair.values())
        if any(pair.values()) or not is_optional:
            problems += [
                f"{described(record)}, {name}: there is no text in “{code}”."
                for code in equals()
                if not pair[code].strip()
            ]
    return CheckResult(
        "texts in both languages", f"{texts} texts, {len(problems)} missing", problems
    )


def agreeing():
    """Whether the languages of each text say the same, as far as a machine can tell."""
    source = source_language()
    found = [
        finding
        for record, name, pair in pairs()
        for code in others(source)
        for finding in findings(key_of(record, name, code), pair[source], pair[code], source, code)
    ]
    problems = [
        f"{finding.key}: {finding.problem.message}" for finding in found if not finding.reason
    ]
    result = f"{len(problems)} disagreements, {len(found) - len(problems)} explained"
    return CheckResult("languages agree", result, problems)


def counted():
    """Whether there is as much of everything as the documents hold."""
    rounds = Round.objects.order_by("year")
    found = {
        "documents": Document.objects.count(),
        "objectives of each goal": [goal.objectives.count() for goal in Goal.objects.all()],
        "commitments of each theme": [theme.commitments.count() for theme in Theme.objects.all()],
        "strategic goals": Paragraph.objects.filter(
            code__in=[f"SF {n}" for n in range(1, 5)]
        ).count(),
        "SDGs": Sdg.objects.count(),
        "goals linked to every SDG 5, 16 and 17": min(
            SdgLink.objects.filter(sdg__number=number, target="").exclude(basis="editorial").count()
            for number in (5, 16, 17)
        ),
        "participants of the Dialogue": Participant.objects.filter(role="member").count(),
        "observers of the Dialogue": Participant.objects.filter(role="observer").count(),
        "rounds with statements": [r.year for r in rounds if r.highlights.exists()],
        "rounds from public sources": [r.year for r in rounds if not r.highlights.exists()],
    }
    problems = [
        f"{name}: {found[name]} instead of {expected}."
        for name, expected in EXPECTED.items()
        if found[name] != expected
    ]
    return CheckResult(
        "counts as in the documents", f"{len(EXPECTED) - len(problems)}/{len(EXPECTED)}", problems
    )


def described(record):
    return getattr(record, "code", None) or "/".join(str(part) for part in record.natural_key())
