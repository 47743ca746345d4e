"""What becomes of a judgement where our own code fails: nobody is charged for it, and no mistake goes unnoticed."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from gradproof.conformance.checks.results import Result
from gradproof.conformance.errors import PASSING, UsageError
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.values import raised_by_us

NOT_OURS = (UsageError, *PASSING)  # what was asked for cannot be done, or the machine failed: it ends the run

Results = tuple[Result, ...]


T = TypeVar("T")


def sure(judged: Callable[[], T], instead: Callable[[Exception], T]) -> T:
    """What ``judged`` gives; where our own code fails in it, what ``instead`` makes of that."""
    try:
        return judged()
    except NOT_OURS:
        raise
    except Exception as ours:  # noqa: BLE001 - whatever it is, it is ours
        return instead(ours)


def explained(results: Results, explain: Callable[[Results], Results]) -> Results:
    """The results with what explains them. Where the search for it fails they stand, and the first says so."""

    def unnamed(ours: Exception) -> Results:
        bad = next((result for result in results if result.status.is_bad), None)
        told = found(Kind.UNNAMED, exception=raised_by_us(ours))
        return tuple(replace(r, findings=(*r.findings, told)) if r is bad else r for r in results)

    return sure(lambda: explain(results), unnamed)
