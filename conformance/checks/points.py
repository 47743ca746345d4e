"""What checks earn: all of their points, none, or a share: some gradients are right, or a layer below is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradproof.conformance.checks.records import CaseRecord, Verdict
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.oracle.yardstick import Comparison
from gradproof.conformance.spec.contract import Contract


def earned(verdict: Verdict) -> float:
    """The share of its points that a check earns."""
    if verdict.share is not None:
        return verdict.share
    return 1.0 if verdict.status in (Status.PASSED, Status.INCONCLUSIVE) else 0.0


def share_of_gradients(
    contract: Contract, records: Sequence[CaseRecord], compared: Mapping[CaseRecord, Mapping[str, Comparison]]
) -> float:
    """How many of the gradients are right in every case; what could not be compared in one of them is not right.

    A gradient whose true value is 0 says nothing by itself: a backward that returns zeros has it right.
    """
    judged = [(name, compared.get(record, {})) for record in records for name in record.judged_by("gradient")]
    expected = {name for name, _ in judged}
    right = expected - {name for name, verdicts in judged if name not in verdicts or not verdicts[name].is_right}
    return len(right) / len(expected) if right.difference(contract.vanishes) else 0.0


def share_earned(results: Sequence[Result]) -> float:
    """What a contract earned of its points; where it carries none, how many of its required checks passed."""
    worth = sum(result.max_points for result in results)
    if worth:
        return sum(result.points for result in results) / worth
    passed = [result.status == Status.PASSED for result in results if result.required]
    return sum(passed) / len(passed) if passed else 0.0


def with_share_below(results: Sequence[Result], shares: Mapping[str, float]) -> tuple[Result, ...]:
    """A contract's results, some of which failures below excuse: ``shares`` has what those contracts earned, by check.

    Points stay as many as they are for everybody. An excused check earns that share of its own, and so do those that
    were skipped for it, unless the contract has a failure of its own as well.
    """
    if not shares:
        return tuple(results)
    own = [r for r in results if r.required and r.status.is_bad and r.check not in shares]
    further = 0.0 if own else min(shares.values())
    inherited = {r.check: further for r in results if r.status == Status.SKIPPED} | dict(shares)
    return tuple(
        replace(result, points=inherited[result.check] * result.max_points) if result.check in inherited else result
        for result in results
    )
