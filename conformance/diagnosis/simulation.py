"""Misconceptions on the cases of a submission: what they give there, and whether that is what the submission gives."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.diagnosis.keeping import everything_kept
from gradproof.conformance.diagnosis.misconceptions import Misconception
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array, Case, blinded
from gradproof.conformance.spec.contract import Answer, Contract, Observations
from gradproof.conformance.spec.findings import Kind

RECORDS_KEPT = 4096  # they are the same for every submission

Runs = tuple[CaseRecord, ...]  # of a misconception on one case


@dataclass(frozen=True)
class Hypothesis:
    """A misconception on a case, under the seed that the submission's process has. It holds nothing of a submission."""

    misconception: Misconception
    case_id: str
    seed: int
    keeps_all: bool  # nothing is dropped, whatever the misconception would drop
    contract: Contract = field(compare=False)
    case: Case = field(compare=False)
    answer: Answer = field(compare=False)


def hypothesis_of(
    misconception: Misconception, record: CaseRecord, exam: ContractRun, keeps_all: bool = False
) -> Hypothesis:
    """The misconception on the case of a record. Where the suite's seed is not known, it is not told that either."""
    case, is_local = record.case, isinstance(exam.session, LocalSession)
    seed = case.seed if is_local else blinded(case.seed)
    return Hypothesis(misconception, case.id, seed, keeps_all, record.contract, case, record.answer)


@lru_cache(RECORDS_KEPT)
def run(hypothesis: Hypothesis) -> CaseRecord:
    """The misconception's record of the case."""
    case = replace(hypothesis.case, seed=hypothesis.seed)
    with everything_kept() if hypothesis.keeps_all else nullcontext():
        observed = session_of(hypothesis.misconception, case.dialect.l2).run(hypothesis.contract, case)
    return CaseRecord(hypothesis.contract, case, hypothesis.answer, observed)


@lru_cache
def session_of(misconception: Misconception, penalty: str) -> LocalSession:
    """The misconception as a submission, where a network's penalty is written so."""
    functions = misconception.under(penalty)
    return LocalSession(functions, Inventory(dict.fromkeys(functions, misconception.id)))


def both_runs(misconception: Misconception, record: CaseRecord, exam: ContractRun) -> Runs:
    """The misconception on the same case; and once more with nothing dropped, where that is a free choice."""
    is_choice = record.contract.align is not Contract.align and bool(record.answer.values)
    return tuple(run(hypothesis_of(misconception, record, exam, keeps)) for keeps in (False, True)[: 1 + is_choice])


def is_right(own: Runs, name: str) -> bool:
    """Whether the misconception gives the right value."""
    return all(name in record.comparisons and record.comparisons[name].is_right for record in own)


def is_same_value(record: CaseRecord, own: Runs, name: str) -> bool:
    """Whether a misconception's value is the submission's, as it is or given what the submission was free to choose."""
    free, *kept = own
    return equals(record, name, free.usable) or any(
        equals(free, name, _aligned(free, each)) and equals(record, name, _aligned(record, each)) for each in kept
    )


def _aligned(record: CaseRecord, kept: CaseRecord) -> Observations:
    """What a run that dropped nothing would have given, had it chosen as the record did."""
    return record.contract.align(record.case, record.usable, {**record.answer.values, **kept.usable})


def equals(record: CaseRecord, name: str, others: Observations) -> bool:
    """Whether a value of a record is what others have for it, right or wrong."""
    if name not in record.usable or name not in others:
        return False
    right, dtype, wrong = record.answer, record.case.judged_in, others[name].astype(np.float64)
    unit = yardstick.unit_of_wrong(right.units[name], right.values[name], wrong, dtype)
    return yardstick.compare(record.usable[name], wrong, unit, dtype).is_right


def same_patterns(record: CaseRecord, own: Runs) -> bool:
    """Whether the observations without an answer repeat themselves in the same way, but for what is drawn by number."""
    drawn = {name: array for name, array in _samples(record).items() if array.dtype.kind not in "iu"}
    pairs = [(array, own[0].observed.arrays.get(name)) for name, array in drawn.items()]
    return all(other is not None and _repeats(array) == _repeats(other) for array, other in pairs)


def same_end(record: CaseRecord, own: Runs) -> bool:
    """Whether what a case of the submission raised is raised here too, of the same function and after as much."""
    seen, other = record.observed, own[0].observed
    if seen.error is None or seen.error.kind != Kind.RAISED:
        return True
    return other.error is not None and seen.error.kin == other.error.kin and seen.arrays.keys() == other.arrays.keys()


def same_samples(record: CaseRecord, own: Runs) -> int:
    """How many observations without an answer are the very same."""
    return sum(np.array_equal(array, own[0].observed.arrays.get(name, ())) for name, array in _samples(record).items())


def _samples(record: CaseRecord) -> Observations:
    return {} if record.answer.values else dict(record.observed.arrays)


def _repeats(sample: Array) -> tuple[bool, ...]:
    """For each axis whether all lines along it have their zeros in the same places."""
    kept = np.atleast_1d(sample != 0)
    if not kept.size:
        return ()
    return tuple(bool((kept == kept.take([0], axis)).all()) for axis in range(kept.ndim))


def same_choices(record: CaseRecord, own: Runs) -> bool:
    """Whether what tells the wrong classes tells, of each sample, the class with the score of the same rank."""
    seen, other = (_ranks(each) for each in (record, own[0]))
    return other is None or seen is None or not other.any() or np.array_equal(seen, other)


def _ranks(record: CaseRecord) -> Array | None:
    """How many of a sample's scores are above that of the class that is told; None where no class is."""
    arrays = record.observed.arrays
    scores, told = arrays.get("scores"), arrays.get("predicted")
    if scores is None or told is None or scores.ndim != 2 or told.shape != scores.shape[:1]:
        return None
    classes = np.clip(told.astype(np.int64), 0, scores.shape[1] - 1)
    return np.asarray((scores > scores[np.arange(len(classes)), classes][:, np.newaxis]).sum(axis=1))


def same_errors(record: CaseRecord, own: Runs) -> bool:
    """Whether an exception of the same type ended both."""
    errors = (record.error, own[0].error)
    types = [error.exception.type for error in errors if error is not None and error.exception is not None]
    return len(types) == len(errors) and len(set(types)) == 1


def same_odd_shapes(record: CaseRecord, own: Runs) -> bool:
    """Whether what has another shape than the answer in both has the same one: a row too many is not a row kept."""
    seen, other = record.observed.arrays, own[0].observed.arrays
    right = {name: value.shape for name, value in record.answer.values.items()}
    both = [name for name in right if name in seen and name in other]
    odd = [name for name in both if right[name] not in (seen[name].shape, other[name].shape)]
    return all(seen[name].shape == other[name].shape for name in odd)


def same_outcomes(record: CaseRecord, own: Runs) -> int:
    """How many observations have the very same shape, right or wrong, and whether both ran to the end or neither."""
    seen, other = record.observed, own[0].observed
    alike = sum(
        array.shape == np.shape(other.arrays[name]) for name, array in seen.arrays.items() if name in other.arrays
    )
    return alike + (bool(seen.error) == bool(other.error))
