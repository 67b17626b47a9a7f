"""The checks of the texts of the portal, with what upper rooms know of them."""

from typing import NamedTuple

from translations.consistency import Problem, problems

terminologies = []
explanations = {}


class Finding(NamedTuple):
    """A Problem of a translation by its unit's key, and why it is right, "" where it is not."""

    key: str
    problem: Problem
    reason: str


def register_terminology(source):
    """Take what knows the glossary from a function; translations.consistency says what it has."""
    terminologies.append(source)


def register_explanations(reasons):
    """Take the reason of each problem that is none, by unit, code and piece of the text."""
    explanations.update(reasons)


def findings(key, source, target, source_language, target_language):
    """Return a Finding for each problem of a text and its translation."""
    terms = terminologies[0]() if terminologies else None
    return [
        Finding(key, problem, explanations.get((key, problem.code, problem.where), ""))
        for problem in problems(source, target, source_language, target_language, terms)
    ]


def findings_of(unit):
    """Return a Finding for each problem of a Unit of translation."""
    return findings(unit.key, unit.source, unit.text, unit.row.source, unit.row.language)
