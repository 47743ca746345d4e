"""Findings in words: the one place where sentences are made. Whom they may not tell all, they do not."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gradproof.conformance.checks.discretion import CONCEALED, discreet
from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE
from gradproof.conformance.spec import english
from gradproof.conformance.spec.findings import Finding, Kind

MANY = 2.0  # times a value; below that its percentage is told
TOLD_PARTS = ("element", "expected_words", "got_words", "error_words", "yardstick_words")


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
    """All of them, in a line."""
    return "; ".join(map(english.sentence, findings))


def text_for_students(findings: Iterable[Finding]) -> str:
    """The same for those who may not know the cases; what cannot be said without them is not said."""
    return "; ".join(map(_discreet_sentence, findings))


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
                element=f"slope along a random direction of {finding['inputs']}",
                expected=f"{finding.expected:.10g} (by finite differences of the forward)",
                got=f"{finding.got:.10g} (from {finding.observation})",
                error=_beside(finding.expected, finding.got, finding.error / finding["passes"], "the differences miss"),
                yardstick=f"{finding.error:.3g} times the error estimate, up to {finding['passes']:g} passes",
            )
        case Kind.TOLD:
            parts = {name: finding.get(name, "") for name in TOLD_PARTS}
            return Evidence(here.case, here.setting, *parts.values())
    return here


def _errors(expected: float, got: float, normwise: float, elementwise: float) -> dict[str, str]:
    """How large the error is beside the value, and by the measure that is further beyond its limit."""
    if not math.isfinite(max(normwise, elementwise)):
        return {"error": "infinite: one of the two values is not finite and they are not the same"}
    by_norm, by_element = normwise / NORMWISE, elementwise / ELEMENTWISE
    units = f"{elementwise:.3g} times the yardstick at this element, up to {ELEMENTWISE:.0f} passes"
    if by_norm >= by_element:
        units = f"{normwise:.3g} times the yardstick over the whole array, up to {NORMWISE:.0f} passes"
    return {"error": _beside(expected, got, max(by_norm, by_element), "rounding explains"), "yardstick": units}


def _beside(expected: float, got: float, excess: float, explained: str) -> str:
    """``off by 0.04, 71% of the value; rounding explains at most 9e-16``; ``excess`` is how often that goes into it."""
    error = abs(expected - got)
    part = error / abs(expected) if expected else 0.0
    beside = f", {100 * part:.3g}% of the value" if part < MANY else f", {part:.2g} times the value"
    told = f"off by {error:.3g}{beside if expected else ' where 0 is right'}"
    return f"{told}; {explained} at most {error / excess:.1g}"


def _discreet_sentence(finding: Finding) -> str:
    try:
        return english.sentence(discreet(finding))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return CONCEALED
