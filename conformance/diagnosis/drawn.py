"""Edits of what draws initial weights: told by how far the numbers spread, for every draw is another."""

from collections.abc import Iterator

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused
from gradproof.conformance.diagnosis.search.attempts import Attempt, attempts_of, runs
from gradproof.conformance.diagnosis.search.kinds import plainness
from gradproof.conformance.diagnosis.search.looking import PLAIN_ENOUGH, Match
from gradproof.conformance.diagnosis.search.ways import way_of_impl, ways_of
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import MEASURED_BY_CHANCE, Finding

SIGMAS = 5.0  # of a deviation that is measured, beyond which it is another one
LEAST_CASES = 6


@np.errstate(all="ignore")
def matches(accused: Accused) -> list[Match]:
    """The plain edits with which numbers are drawn that spread as the submission's do in every case."""
    records = [record for record in accused.exam.records if record.observed.arrays]
    found = [what for _, what in accused.every]
    is_drawn = all(isinstance(each, Finding) and each.kind in MEASURED_BY_CHANCE for each in found)
    if not is_drawn or len(records) < LEAST_CASES or any(record.answer.values for record in records):
        return []
    return [
        Match(each, accused.every, ("weights",), 0)
        for each in _attempts(accused)
        if _spreads_as(each, records, accused)
    ]


def _attempts(accused: Accused) -> Iterator[Attempt]:
    contract, dialect = accused.exam.contract, accused.exam.records[0].case.dialect
    for way in (*ways_of(contract, dialect), *way_of_impl(contract, dialect)):
        for attempt in attempts_of(way, contract, dialect, accused.exam.records[:1]):
            if plainness(attempt.edit) <= PLAIN_ENOUGH and not attempt.edit.has_parameter:
                yield attempt


def _spreads_as(attempt: Attempt, records: list[CaseRecord], accused: Accused) -> bool:
    """Whether an edit spreads its numbers as far as a submission does: in every case, and on the whole more exactly."""
    is_local = isinstance(accused.exam.session, LocalSession)
    off: list[float] = []
    with attempt.made():
        for record in records:
            theirs, own = _numbers(record), _numbers(runs(attempt.way, record, is_local)[0])
            if own.shape != theirs.shape or not own.size or not own.std() > 0:
                return False
            sigma = 1 / np.sqrt(own.size)  # of the quotient of two deviations, each of them of normal numbers
            off.append(float(np.log(theirs.std() / own.std()) / sigma))
            if not abs(off[-1]) < SIGMAS:
                return False
    return bool(abs(sum(off)) < SIGMAS * np.sqrt(len(off)))


def _numbers(record: CaseRecord) -> Array:
    """All numbers that were drawn in a case."""
    parts = [array.astype(np.float64).ravel() for array in record.observed.arrays.values() if array.dtype.kind in "fiu"]
    return np.concatenate(parts) if parts else np.empty(0)
