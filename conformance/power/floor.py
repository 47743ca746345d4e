"""The detection floor: the smallest relative error that a run still catches with probability 0.999.

One observation of a contract, say dgamma, is multiplied by ``1 + delta`` in all cases of a run; or one element of it,
drawn anew in each case. The right implementation's values were recorded once, so only comparisons are made: the error
of a comparison grows in proportion to delta, hence an observation that is wrong by its own size, ``delta = 1``, at a
ratio r to what passes is caught from ``delta = 1 / r`` on. A run draws K cases of a dtype that have the observation,
and misses delta if all of them do: with probability ``share ** K``, where ``share`` is how many of the recorded
cases miss it. The floor is the smallest delta whose probability to be missed, the mean over the observations, is
0.001 at most. Observations whose true value is 0 have no relative error and are left out.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.table import check_named
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.spec.cases import DTYPES, Array, generator
from gradproof.conformance.spec.contract import Contract

MISSED = 0.001


@dataclass(frozen=True)
class Floor:
    """The floors of a contract in one dtype; infinite where some observation is never caught."""

    contract: str
    dtype: str
    observation: float
    element: float


def is_measured(contract: Contract) -> bool:
    """Whether it has floors: of what only draws there is no answer that could be missed by little."""
    return bool(contract.gradients) or not contract.takes_seed


def floors(exam: ContractRun) -> Iterator[Floor]:
    """The floors of a contract, from what the right implementation gave."""
    for dtype in DTYPES:
        whole, single = (defaultdict[str, list[float]](list) for _ in range(2))
        for record in exam.records:
            if record.case.dtype != dtype:
                continue
            for name in judged(record):
                whole[name].append(threshold(record, name, np.ones(record.usable[name].shape, bool)))
                if record.expected[name].any():
                    single[name].append(threshold(record, name, one_element(record, name)))
        if whole:
            yield Floor(exam.contract.name, dtype, floor_of(whole), floor_of(single))


def judged(record: CaseRecord) -> Iterator[str]:
    """The observations that a required check compares with the reference."""
    contract = record.contract
    for name in record.usable:
        if name not in contract.vanishes and _is_required(contract, contract.judge_of(record.case, name)):
            yield name


def threshold(record: CaseRecord, name: str, wrong: Array) -> float:
    """The relative error from which on a comparison fails if the elements that are ``wrong`` have it."""
    got = record.usable[name].astype(np.float64)
    planted = np.where(wrong, 2 * got, got)
    comparison = compare(planted, record.expected[name], record.answer.units[name], record.case.dtype)
    return 1 / comparison.ratio if comparison.ratio else np.inf


def one_element(record: CaseRecord, name: str) -> Array:
    """A mask of one element that is not 0, the same whenever it is asked for."""
    expected = record.expected[name]
    chosen = np.zeros(expected.shape, bool)
    chosen.flat[generator("element", record.case.id, name).choice(np.flatnonzero(expected))] = True
    return chosen


def floor_of(thresholds: Mapping[str, Sequence[float]]) -> float:
    """The smallest of the thresholds that a run misses with probability 0.001 at most; infinite if none is."""
    candidates = sorted({each for found in thresholds.values() for each in found})
    caught = bisect_left(candidates, True, key=lambda delta: probability_of_missing(thresholds, delta) <= MISSED)
    return candidates[caught] if caught < len(candidates) else np.inf


def probability_of_missing(thresholds: Mapping[str, Sequence[float]], delta: float) -> float:
    """That no case of a run catches a relative error, the mean over the observations."""
    missed = [float(np.mean(np.array(found) > delta)) ** len(found) for found in thresholds.values()]
    return float(np.mean(missed))


def _is_required(contract: Contract, name: str) -> bool:
    check = check_named(name)
    return check is not None and check.required and name not in contract.advisory
