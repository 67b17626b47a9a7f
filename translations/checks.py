"""Checks of a translation against its source, with the glossary and the explained problems.

translations.consistency compares two texts. The glossary and the explanations belong to upper
packages, which register them here in ready().
"""

from typing import NamedTuple

from translations.consistency import Problem, find_problems

terminology_getters = []
explanations = {}


class FailedCheck(NamedTuple):
    """A Problem of a translation, with the key of its unit.

    `explanation` says why the text is right in spite of the problem; "" where nobody has said it.
    """

    unit_key: str
    problem: Problem
    explanation: str


def register_terminology(get_terminology):
    """Register the function that returns the glossary.

    It takes no arguments; translations.consistency says which methods its answer has.
    """
    terminology_getters.append(get_terminology)


def register_explanations(explanation_by_problem):
    """Register explained problems: {(unit key, code of the problem, piece): explanation}."""
    explanations.update(explanation_by_problem)


def failed_checks(unit_key, source, target, source_language, target_language):
    """Return the list of FailedChecks of a source text and its translation, explained ones too."""
    terms = terminology_getters[0]() if terminology_getters else None
    return [
        FailedCheck(
            unit_key, problem, explanations.get((unit_key, problem.code, problem.piece), "")
        )
        for problem in find_problems(source, target, source_language, target_language, terms)
    ]


def unit_failed_checks(unit):
    """Return the list of FailedChecks of a Unit, explained ones too."""
    return failed_checks(unit.key, unit.source, unit.text, unit.row.source, unit.row.language)
