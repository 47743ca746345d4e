"""Findings in words: the one place where sentences are made. Whom they may not tell all, they do not."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE
from gradproof.conformance.spec import english
from gradproof.conformance.spec.findings import Finding, Kind

CONCEALED = "\N{HORIZONTAL ELLIPSIS}"
FOREIGN = ("reason", "got")  # facts that may hold words of the submission


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


def text_for_students(findings: Iterable[Finding], conceal: Callable[[str], str]) -> str:
    """The same without what tells a case's own values; ``conceal`` takes them out of the submission's own words."""
    return text(_concealed(finding, conceal) for finding in findings)


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


def _concealed(finding: Finding, conceal: Callable[[str], str]) -> Finding:
    """The finding without its secrets."""
    facts = tuple((name, _without(finding, name, value, conceal)) for name, value in finding.facts)
    exception = finding.exception and replace(
        finding.exception, type=conceal(finding.exception.type), text=conceal(finding.exception.text)
    )
    expected, got = (_without(finding, name, getattr(finding, name), conceal) for name in ("expected", "got"))
    return replace(finding, facts=facts, exception=exception, expected=expected, got=got)


def _without(finding: Finding, name: str, value: object, conceal: Callable[[str], str]) -> object:
    if name in finding.secret and value is not None:
        return Hidden()
    if isinstance(value, str) and name in FOREIGN:
        return conceal(value)
    return _concealed(value, conceal) if isinstance(value, Finding) else value


class Hidden(str):
    """What stands for a secret, however its sentence would have written it."""

    __slots__ = ()

    def __new__(cls) -> "Hidden":
        """The sign that something was left out."""
        return super().__new__(cls, CONCEALED)

    def __format__(self, _spec: str) -> str:
        return str(self)
