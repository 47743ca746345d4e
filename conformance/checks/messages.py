"""Findings in words: the one place where sentences are made. Whom they may not tell all, they do not."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from gradproof.conformance.checks.discretion import CONCEALED, discreet
from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE
from gradproof.conformance.spec import english
from gradproof.conformance.spec.findings import Finding, Kind
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

MOST_TOLD = 6  # findings of a check
STEP = re.compile(r"_\d+$")  # ends the name of what a later step gives
OF_EACH_STEP = (Kind.SHAPE, Kind.DTYPE, Kind.IS, Kind.NO_ARRAY)
IN_THEIR_WORDS = (Kind.RAISED, Kind.EXITED, Kind.UNAVAILABLE, Kind.LOST, Kind.SIGNATURE, Kind.PARAMETERS, Kind.DECLINED)
MANY = 2.0  # times a value; below that its percentage is told
TOLD_PARTS = ("element", "expected_words", "got_words", "error_words", "yardstick_words")

BY_ROUNDING: Mapping[str, str] = {
    "percent": "off by {error:.3g}, {part:.3g}% of the value; rounding explains at most {explained:.1g}",
    "times": "off by {error:.3g}, {part:.2g} times the value; rounding explains at most {explained:.1g}",
    "zero": "off by {error:.3g} where 0 is right; rounding explains at most {explained:.1g}",
}
BY_DIFFERENCES: Mapping[str, str] = {
    "percent": "off by {error:.3g}, {part:.3g}% of the value; the differences miss at most {explained:.1g}",
    "times": "off by {error:.3g}, {part:.2g} times the value; the differences miss at most {explained:.1g}",
    "zero": "off by {error:.3g} where 0 is right; the differences miss at most {explained:.1g}",
}
OF_ESTIMATE = "{times:.3g} times the error estimate, up to {passes:g} passes"
OF_ELEMENT = "{times:.3g} times the yardstick at this element, up to {passes:.0f} passes"
OF_ARRAY = "{times:.3g} times the yardstick over the whole array, up to {passes:.0f} passes"
MESSAGES = (*BY_ROUNDING.values(), *BY_DIFFERENCES.values(), OF_ESTIMATE, OF_ELEMENT, OF_ARRAY)


@dataclass(frozen=True)
class Evidence:
    """The smallest case on which a check failed."""

    case: str
    setting: str
    element: str = ""
    expected: str = ""
    got: str = ""
    error: str = ""
    yardstick: str = ""  # the error in its units


def text(findings: Iterable[Finding]) -> str:
    """All of them, in a line; what a later step has in common with an earlier one, and what is many, is not said."""
    return _joined(findings, english.sentence)


def text_for_students(findings: Iterable[Finding]) -> str:
    """The same for those who may not know the cases; what cannot be said without them is not said."""
    return _joined(findings, _discreet_sentence)


def text_of_a_class(findings: Iterable[Finding]) -> str:
    """The same for what is told of a whole class: no submission's own words, an exception's type and line."""

    def sentence(finding: Finding) -> str:
        return _discreet_sentence(finding) if finding.kind in IN_THEIR_WORDS else english.sentence(finding)

    return _joined(findings, sentence)


def _joined(findings: Iterable[Finding], sentence: Callable[[Finding], str]) -> str:
    kept: dict[object, Finding] = {}
    for index, each in enumerate(findings):
        kept.setdefault(_apart(index, each), each)
    told = [sentence(each) for each in islice(kept.values(), MOST_TOLD)]
    more = len(kept) - MOST_TOLD
    return joined(SENTENCES, [*told, say("and {count} more", count=more)] if more > 0 else told)


def _apart(index: int, finding: Finding) -> object:
    """By what it is told beside others: of the steps of one value that are not as they should be, the first is told."""
    name = STEP.sub("", finding.observation)
    return (finding.kind, finding.function, name) if finding.kind in OF_EACH_STEP and name else index


def evidence(finding: Finding) -> Evidence | None:
    """The case that shows a finding; with the element that is furthest off, if it is about values."""
    if not finding.case:
        return None
    here = Evidence(finding.case, finding["setting"])
    match finding.kind:
        case Kind.VALUES:
            expected, got = finding.expected, finding.got
            digits = next((d for d in (10, 13) if f"{expected:.{d}g}" != f"{got:.{d}g}"), 17)
            numbers = {"expected": f"{expected:.{digits}g}", "got": f"{got:.{digits}g}"}
            return replace(here, element=finding["element"], **numbers, **_errors(expected, got, *finding.error))
        case Kind.DIFFERENCE:
            return replace(
                here,
                element=say("slope along a random direction of {inputs}", inputs=finding["inputs"]),
                expected=say("{number:.10g} (by finite differences of the forward)", number=finding.expected),
                got=say("{number:.10g} (from {name})", number=finding.got, name=finding.observation),
                error=_beside(finding.expected, finding.got, finding.error / finding["passes"], BY_DIFFERENCES),
                yardstick=say(OF_ESTIMATE, times=finding.error, passes=finding["passes"]),
            )
        case Kind.TOLD:
            parts = {name: finding.get(name, "") for name in TOLD_PARTS}
            return Evidence(here.case, here.setting, *parts.values())
    return here


def _errors(expected: float, got: float, normwise: float, elementwise: float) -> dict[str, str]:
    """How large the error is beside the value, and by the measure that is further beyond its limit."""
    if not math.isfinite(max(normwise, elementwise)):
        return {"error": say("infinite: one of the two values is not finite and they are not the same")}
    by_norm, by_element = normwise / NORMWISE, elementwise / ELEMENTWISE
    units = say(OF_ELEMENT, times=elementwise, passes=ELEMENTWISE)
    if by_norm >= by_element:
        units = say(OF_ARRAY, times=normwise, passes=NORMWISE)
    return {"error": _beside(expected, got, max(by_norm, by_element), BY_ROUNDING), "yardstick": units}


def _beside(expected: float, got: float, excess: float, templates: Mapping[str, str]) -> str:
    """``off by 0.04, 71% of the value; rounding explains at most 9e-16``; ``excess`` is how often that goes into it."""
    error = abs(expected - got)
    part = error / abs(expected) if expected else 0.0
    kind = "percent" if part < MANY else "times"
    how = templates[kind if expected else "zero"]
    return say(how, error=error, part=100 * part if part < MANY else part, explained=error / excess)


def _discreet_sentence(finding: Finding) -> str:
    try:
        return english.sentence(discreet(finding))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return CONCEALED
