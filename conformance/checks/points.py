"""What checks earn: the share of what they judge that is right, and nothing where nothing is right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.spec.findings import CheckName

LEAST_SHARE = 0.2  # of what is judged; who has less of it right has guessed
OF_VALUES = (
    CheckName.FORWARD,
    CheckName.DROPOUT_SCALING,
    CheckName.GRADIENT,
    CheckName.RUNNING_STATISTICS,
    CheckName.TRAINING,
)


def earned(verdict: Verdict) -> float:
    """The share of its points that a check earns."""
    if verdict.share is not None:
        return verdict.share
    return 1.0 if verdict.status in (Status.PASSED, Status.INCONCLUSIVE) else verdict.right or 0.0


def share(right: float, judged: int) -> float:
    """``right`` of ``judged``; less than a fifth is nothing."""
    part = right / judged if judged else 0.0
    return part if part >= LEAST_SHARE else 0.0


def share_right(
    check: str, exam: ContractRun, records: Sequence[CaseRecord], unmet: frozenset[str] = frozenset()
) -> float | None:
    """The share of what a check judges that is right; None of nothing.

    Each case has an equal part of it, of which it has the share of its observations: of a network with two layers a
    gradient is a fourth, however deep the others are. What did not come back is not right, nor is anything of a case
    that the contract itself complains of. A gradient whose true value is 0 says nothing by itself: a backward that
    returns zeros has it right.
    """
    judged = [each for record in records if (each := dict(_judged(check, exam, record, unmet)))]
    if not judged:
        return None
    is_telling = any(
        is_right for each in judged for name, is_right in each.items() if name not in exam.contract.vanishes
    )
    right = sum((Fraction(sum(each.values()), len(each)) for each in judged), Fraction())
    return share(float(right / len(judged)), 1) if is_telling else 0.0


def _judged(check: str, exam: ContractRun, record: CaseRecord, unmet: frozenset[str]) -> Iterator[tuple[str, bool]]:
    is_strange = any(True for _ in record.properties_of(check))
    for name in record.judged_by(check):
        if exam.contract.needs.get(name) not in unmet:
            yield name, not is_strange and name in record.comparisons and record.comparisons[name].is_right
    if record.is_sample_for(check):
        yield check, not is_strange and record.error is None


def share_computed(exam: ContractRun) -> float:
    """The share of the gradients that a backward computes: what is 0, or what it was given, may be none of anything.

    Of whoever returns a bias for a layer 0 is the derivative, and of whoever returns its input what it was handed: it
    shows nothing where it is no answer.
    """
    names = {name for record in exam.records for name in record.gradients}
    idle = sum(_is_left_idle(exam, name) for name in names)
    return 1 - idle / len(names) if names else 1.0


def _is_left_idle(exam: ContractRun, name: str) -> bool:
    """Whether a gradient is wrong somewhere, and nowhere anything but 0 or an array that was given."""
    seen = [record for record in exam.records if name in record.usable]
    given = ((record.usable[name], record.case.inputs.values()) for record in seen)
    is_idle = all(not got.any() or any(np.array_equal(got, each) for each in arrays) for got, arrays in given)
    return bool(seen) and is_idle and not all(record.comparisons[name].is_right for record in seen)


def none_if_all_wrong(made: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """The verdicts; where no value of a contract is right, no check of it earns anything."""
    right = [verdict.right for name, verdict in made.items() if name in OF_VALUES and verdict.right is not None]
    if not right or any(right):
        return dict(made)
    return {name: replace(verdict, share=0.0) for name, verdict in made.items()}


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
        replace(result, points=max(result.points, inherited[result.check] * result.max_points))
        if result.check in inherited
        else result
        for result in results
    )
