"""The kinds that are proposed for the lines of our own documents, compared with our editors'."""

import pytest

from ingest.readers.kinds import line_kinds, propose_kinds
from ingest.readers.results import LineKind, Reader, ReadLine
from tests.ingest.making import DOCUMENTS, editors_kinds

# The share of lines that has to be as our editors have them.
MIN_SHARES = {
    "global-policing-goals-2023": 0.92,
    "strategic-framework-2026-2030": 0.95,
    "dialogue": 0.95,
    "heads-of-ncb-conference-2024": 0.89,
    "un-cooperation": 0.95,
}
MIN_SHARE = 0.89


def compare(slug):
    """Return the numbers of lines that are classed as by our editors, and of all lines."""
    text = (DOCUMENTS / f"{slug}.ar.txt").read_text(encoding="utf-8")
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    editors = editors_kinds()
    proposed = line_kinds([line for _number, line in numbered])
    same = [
        kind == editors[slug, number]
        for kind, (number, _line) in zip(proposed, numbered, strict=True)
    ]
    return sum(same), len(same)


@pytest.mark.parametrize(("slug", "share"), MIN_SHARES.items())
def test_kinds_of_a_document_are_those_of_our_editors(slug, share):
    same, lines = compare(slug)
    print(f"{slug}: {same} of {lines} ({same / lines:.3f})")

    assert same >= share * lines


def test_kinds_of_all_documents_are_those_of_our_editors():
    results = [compare(slug) for slug in MIN_SHARES]
    same, lines = (sum(numbers) for numbers in zip(*results, strict=True))
    print(f"all: {same} of {lines} ({same / lines:.3f})")

    assert lines == 219
    assert same >= MIN_SHARE * lines


def test_blank_lines_are_content_and_headings_of_the_file_stay():
    texts = ["الرؤية", "", "هذه جملة تامة.", "", "- بند من البنود"]
    lines = [ReadLine(text, Reader.DOCX) for text in texts]
    lines[2] = lines[2]._replace(kind=LineKind.HEADING)

    kinds = [line.kind for line in propose_kinds(lines)]

    assert kinds == ["heading", "content", "heading", "content", "content"]
