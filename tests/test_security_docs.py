"""What docs/asvs.md and docs/security.md show as evidence is there, and nothing is left out."""

import re

import pytest
from django.conf import settings

from tests.conftest import once

pytestmark = once

ROOT = settings.BASE_DIR
ROW = re.compile(r"^\| (\d[\d., ]*) \| ([12]) \| .+ \| (.+) \| (.+) \|$", re.MULTILINE)
ANSWER = re.compile(r"met|(?:not met|not applicable|left to the deployer): \S.+")
EVIDENCE = re.compile(r"`(\w[\w./-]*\.\w+|\.dockerignore|Makefile|scripts/serve)(?:::([^`]+))?`")
LINK = re.compile(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)")
# How many requirements of each level version 5.0.0 of the standard has.
REQUIREMENTS = {1: 70, 2: 183}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def rows():
    """Return the numbers, the level, the answer and the evidence of each row."""
    for numbers, level, answer, evidence in ROW.findall(read("docs/asvs.md")):
        yield numbers.split(", "), int(level), answer, evidence


def missing(text):
    """Return what a text shows as evidence that is not there."""
    return [f"{path}::{name}" for path, name in EVIDENCE.findall(text) if not is_there(path, name)]


def is_there(path, name):
    if not (ROOT / path).is_file():
        return False
    if path.startswith("tests/") and name.startswith("test_"):
        return re.search(rf"^ *def {name}\(", read(path), re.MULTILINE) is not None
    return name in read(path)


def test_every_requirement_has_one_answer():
    found = {level: [] for level in REQUIREMENTS}
    in_order = []
    for numbers, level, answer, evidence in rows():
        assert ANSWER.fullmatch(answer), (numbers, answer)
        assert answer != "met" or EVIDENCE.search(evidence), numbers
        found[level] += numbers
        in_order += [tuple(map(int, number.split("."))) for number in numbers]

    assert in_order == sorted(set(in_order))
    assert {level: len(numbers) for level, numbers in found.items()} == REQUIREMENTS


def test_evidence_of_the_requirements_is_there():
    assert {number: lost for (number, *_), _, _, text in rows() if (lost := missing(text))} == {}


@pytest.mark.parametrize("path", ["docs/security.md", "docs/asvs.md", "docs/attacks.md"])
def test_what_a_page_on_security_points_to_is_there(path):
    text = read(path)
    for target, part in LINK.findall(text):
        assert (ROOT / "docs" / target).resolve().is_file(), target
        headings = re.findall(r"^#+ (.+)$", read(f"docs/{target}"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}
        assert not part or part in anchors, (target, part)
    assert path == "docs/asvs.md" or missing(text) == []
