"""Findings in words: the one place where sentences are made. Whom they may not tell all, they do not."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gradproof.conformance.checks.discretion import CONCEALED, discreet
from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE
from gradproof.conformance.spec import english
from gradproof.conformance.spec.findings import Finding, Kind


@dataclass(frozen=True)
class Evidence:
    """The smallest case on which a check failed."""

    case: str
    setting: str
    element: str = ""
    expected: str = ""
    got: str = ""
    error: str = ""


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
            return replace(here, element=finding["element"], **numbers, error=_error(*finding.error))
        case Kind.DIFFERENCE:
            return replace(
                here,
                element=f"slope along a random direction of {finding['inputs']}",
                expected=f"{finding.expected:.10g} (by finite differences of the forward)",
                got=f"{finding.got:.10g} (from {finding.observation})",
                error=f"{finding.error:.3g} times the error estimate, up to {finding['passes']:g} passes",
            )
        case Kind.TOLD:
            parts = {name: finding.get(name, "") for name in ("element", "expected_words", "got_words", "error_words")}
            return Evidence(here.case, here.setting, *parts.values())
    return here


def _error(normwise: float, elementwise: float) -> str:
    """By the measure that is further beyond its limit."""
    if not math.isfinite(max(normwise, elementwise)):
        return "infinite: one of the two values is not finite and they are not the same"
    if normwise / NORMWISE >= elementwise / ELEMENTWISE:
        return f"{normwise:.3g} times the yardstick over the whole array, up to {NORMWISE:.0f} passes"
    return f"{elementwise:.3g} times the yardstick at this element, up to {ELEMENTWISE:.0f} passes"


def _discreet_sentence(finding: Finding) -> str:
    try:
        return english.sentence(discreet(finding))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return CONCEALED
