"""Checks of a translation against its source, with the glossary and the explained problems.

translations.consistency compares two texts. The glossary and the explanations belong to upper
packages, which register them here in ready().
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.utils.functional import Promise

from languages.punctuation import without_addresses
from translations.consistency import GlossaryTerms, Problem, find_problems
from translations.units import Unit

type ProblemKey = tuple[str, str, str]  # key of the unit, code of the problem, piece

# Gets texts, (language, text), and returns the terms that they may mention.
type TerminologyGetter = Callable[[Iterable[tuple[str, str]]], GlossaryTerms]

terminology_getters: list[TerminologyGetter] = []
explanations: dict[ProblemKey, str | Promise] = {}


class FailedCheck(NamedTuple):
    """A Problem of a translation, with the key of its unit.

    `explanation` says why the text is right in spite of the problem; "" where nobody has said it.
    """

    unit_key: str
    problem: Problem
    explanation: str | Promise


def register_terminology(get_terminology: TerminologyGetter) -> None:
    """Register the function that looks up the terms of the glossary for some texts."""
    terminology_getters.append(get_terminology)


def register_explanations(explanation_by_problem: Mapping[ProblemKey, str | Promise]) -> None:
    """Register the explanations of problems."""
    explanations.update(explanation_by_problem)


def failed_checks(
    unit_key: str, source: str, target: str, source_language: str, target_language: str
) -> list[FailedCheck]:
    """Return the failed checks of a source text and its translation, explained ones too."""
    # Names are looked for in what find_problems() compares.
    texts = [
        (source_language, without_addresses(source)),
        (target_language, without_addresses(target)),
    ]
    is_compared = source.strip() and target.strip()
    terms = terminology_getters[0](texts) if is_compared and terminology_getters else None
    return [
        FailedCheck(
            unit_key, problem, explanations.get((unit_key, problem.code, problem.piece), "")
        )
        for problem in find_problems(source, target, source_language, target_language, terms)
    ]


def unit_failed_checks(unit: Unit) -> list[FailedCheck]:
    """Return the failed checks of a unit, explained ones too."""
    return failed_checks(unit.key, unit.source, unit.text, unit.row.source, unit.row.language)
