"""docs/asvs.md answers each requirement, and the evidence in documents on security exists."""

import re
from collections import Counter

import pytest
from django.conf import settings

from tests.conftest import sqlite_only

pytestmark = sqlite_only

ROOT = settings.BASE_DIR
ROW = re.compile(r"^\| (\d[\d., ]*) \| ([12]) \| .+ \| (.+) \| (.+) \|$", re.MULTILINE)
ANSWER = re.compile(
    r"met|(?:not applicable|left to the deployer): \S.+"
    r"|not met: \S.+\. Why not: \S.+\. It takes: \S.+"
)
NUMBER = re.compile(
    r"^\| (met|not applicable|left to the deployer|not met) \| (\d+) \|", re.MULTILINE
)
EVIDENCE = re.compile(r"`(\w[\w./-]*\.\w+|\.dockerignore|Makefile|scripts/serve)(?:::([^`]+))?`")
LINK = re.compile(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)")
# The number of requirements of each level in version 5.0.0 of the standard.
REQUIREMENTS = {1: 70, 2: 183}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def rows():
    """Yield the numbers, level, answer and evidence of each row of the table."""
    for numbers, level, answer, evidence in ROW.findall(read("docs/asvs.md")):
        yield numbers.split(", "), int(level), answer, evidence


def missing_evidence(text):
    """Return the evidence in a text, as path::name, that does not exist."""
    return [f"{path}::{name}" for path, name in EVIDENCE.findall(text) if not exists(path, name)]


def exists(path, name):
    if not (ROOT / path).is_file():
        return False
    if path.startswith("tests/") and name.startswith("test_"):
        return re.search(rf"^ *def {name}\(", read(path), re.MULTILINE) is not None
    return name in read(path)


def test_every_requirement_has_one_answer():
    numbers_by_level = {level: [] for level in REQUIREMENTS}
    in_order = []
    for numbers, level, answer, evidence in rows():
        assert ANSWER.fullmatch(answer), (numbers, answer)
        assert answer != "met" or EVIDENCE.search(evidence), numbers
        numbers_by_level[level] += numbers
        in_order += [tuple(map(int, number.split("."))) for number in numbers]

    assert in_order == sorted(set(in_order))
    assert {level: len(numbers) for level, numbers in numbers_by_level.items()} == REQUIREMENTS


def test_numbers_of_the_answers_are_those_of_the_rows():
    numbers_by_answer = Counter()
    for numbers, _level, answer, _evidence in rows():
        numbers_by_answer[answer.partition(":")[0]] += len(numbers)

    stated = {answer: int(number) for answer, number in NUMBER.findall(read("docs/asvs.md"))}
    assert stated == numbers_by_answer


def test_evidence_of_the_requirements_is_there():
    missing_by_number = {
        number: missing
        for (number, *_), _, _, text in rows()
        if (missing := missing_evidence(text))
    }
    assert missing_by_number == {}


@pytest.mark.parametrize("path", ["docs/security.md", "docs/asvs.md", "docs/attacks.md"])
def test_links_and_evidence_of_pages_on_security_exist(path):
    text = read(path)
    for target, part in LINK.findall(text):
        assert (ROOT / "docs" / target).resolve().is_file(), target
        headings = re.findall(r"^#+ (.+)$", read(f"docs/{target}"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}
        assert not part or part in anchors, (target, part)
    assert path == "docs/asvs.md" or missing_evidence(text) == []
