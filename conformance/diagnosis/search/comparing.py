"""Whether an edit gives on a case what the submission gives there: right where it is right, wrong where it is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused, Fact, Facts, counts_agree
from gradproof.conformance.diagnosis.search.attempts import Runs, observations, of_the_same_mask, runs
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.diagnosis.simulation import equals, is_right, is_same_value
from gradproof.conformance.harness.caller import CallFailed
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import OF_THE_CALL, Finding, Kind
from gradproof.conformance.spec.values import as_array

LEAST_RIGHT = 3  # numbers that are not 0, for those that are wrongly 0 beside them to tell something
ERROR = "error"  # what is no observation and can be the same


@dataclass(frozen=True)
class Agreement:
    """What a submission and an edit have in common on a case.

    Args:
        same: the wrong observations that are the same.
        unlike: how many are wrong in one of the two alone, or differently in both, and nobody is charged with.
        values: how many finite numbers are wrong and the same.
        against: the observations that are charged, and wrong in both, differently: of two mistakes one is no other.
    """

    same: frozenset[str]
    unlike: int
    values: int
    against: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Comparer:
    """A submission's record of a case, against which edits of a way are held."""

    record: CaseRecord
    accused: Accused
    way: Way
    is_local: bool
    given: Mapping[str, Array]  # what the way gives as it is
    _right: dict[str, bool] = field(default_factory=dict)
    _of_given: dict[str, str] = field(default_factory=dict)

    def agreement(self, in_part: bool = False) -> Agreement | None:
        """What the way as it is edited has in common with the submission; None if it contradicts what was found.

        In part, what is wrong in both contradicts nothing, nor does what comes after an edit's own end.
        """
        if self._has_chosen:
            return self._of_runs(runs(self.way, self.record, self.is_local))
        same: set[str] = set()
        against: set[str] = set()
        unlike = values = 0
        try:
            for name, value in observations(self.way, self.record, self.is_local):
                if name not in self.record.answer.values:
                    continue
                array = as_array(value)
                told = "other" if array is None else self._kept_or_told(name, array)
                if told == "same":
                    same.add(name)
                    values += self._telling(name)
                elif told == "other":
                    if in_part and array is not None and not self._was_right(name) and self._is_binding(name):
                        against.add(name)
                    elif array is None or self._is_binding(name):
                        return None
                    else:
                        unlike += 1
        except CallFailed as failure:
            ended = self._ended(failure.error, same, unlike, values)
        except Exception as error:  # noqa: BLE001 - an edit may raise anything
            ended = self._ended(type(error).__name__, same, unlike, values)
        else:
            return Agreement(frozenset(same), unlike, values, frozenset(against))
        if ended is None and in_part and self.record.error is None:
            return Agreement(frozenset(same), unlike, values, frozenset(against | self._charged - same))
        return ended

    @cached_property
    def _told_of_it(self) -> Sequence[Finding]:
        """What the contract itself says of the submission's case."""
        return _told_of(self.record)

    @property
    def _charged(self) -> set[str]:
        """The wrong observations that are charged."""
        return {name for place, name in self.accused.every if place == self.record.case.index and isinstance(name, str)}

    @cached_property
    def _has_chosen(self) -> bool:
        """Whether what is right depends on what was chosen freely: a mask, or something else than the answer has."""
        record = self.record
        if record.contract.align is Contract.align or record.contract.takes_seed:
            return record.contract.align is not Contract.align
        pairs = ((record.expected[name], value) for name, value in record.answer.values.items())
        return not all(np.array_equal(one, other, equal_nan=True) for one, other in pairs)

    def _kept_or_told(self, name: str, array: Array) -> str:
        """As :meth:`_told`, which is asked once only of what the edit leaves as it is."""
        given = self.given.get(name)
        if given is None or given.shape != array.shape or not np.array_equal(given, array, equal_nan=True):
            return self._told(name, array)
        if name not in self._of_given:
            self._of_given[name] = self._told(name, given)
        return self._of_given[name]

    def _told(self, name: str, array: Array) -> str:
        """Whether a value is ``right``, the ``same`` wrong one as the submission's, or ``other``."""
        record = self.record
        theirs, expected = record.observed.arrays.get(name), record.answer.values[name]
        unit, dtype = record.answer.units[name], record.case.judged_in
        right = yardstick.measure_in(record.answer, name, dtype)
        if array.shape == expected.shape and yardstick.against(array, right).is_right:
            return "right"
        if theirs is None or theirs.shape != array.shape or self._was_right(name):
            return "other"
        wrong = array.astype(np.float64)
        if theirs.shape != expected.shape:
            unit = np.full(wrong.shape, unit.max(initial=0.0))
        is_same = yardstick.compare(
            theirs, wrong, yardstick.unit_of_wrong(unit, expected, wrong, dtype), dtype
        ).is_right
        return "same" if is_same else "other"

    def _was_right(self, name: str) -> bool:
        if name not in self._right:
            comparison = self.record.comparisons.get(name)
            self._right[name] = comparison is not None and comparison.is_right and not is_odd(self.record, name)
        return self._right[name]

    def _is_binding(self, name: str) -> bool:
        """Whether a value that differs contradicts what was found: one that is right, or that is charged."""
        check = self.record.contract.judge_of(self.record.case, name)
        is_charged = (self.record.case.index, name) in self.accused.every or is_odd(self.record, name)
        return check in self.accused.binding and (self._was_right(name) or is_charged)

    def is_sound(self, name: str) -> bool:
        """Whether an edit that changes a value contradicts what was found, or the case has no such value."""
        return name not in self.record.answer.values or (self._was_right(name) and self._is_binding(name))

    def _telling(self, name: str) -> int:
        """How many numbers of a wrong value tell something: those that are finite, wrong and not 0.

        NaN and infinities tell something where they stand among numbers that are right, and 0 among such as are not 0.
        """
        record, got = self.record, self.record.observed.arrays[name]
        if name not in record.usable or is_odd(record, name):
            return int((np.isfinite(got) & (got != 0)).sum()) or 1  # an empty one tells by its shape alone
        got = record.usable[name].astype(np.float64)
        units, dtype = record.answer.units[name], record.case.judged_in
        wrong = ~yardstick.right_elements(got, record.expected[name], units, dtype)
        is_among_others = (~wrong & (got != 0)).sum() >= LEAST_RIGHT
        told = np.isfinite(got) & (got != 0) if wrong.all() else (got != 0) | is_among_others
        return int((wrong & told).sum()) or int(got.size == 1 and wrong.all() and self._is_right_elsewhere(name))

    def _is_right_elsewhere(self, name: str) -> bool:
        """Whether a number is right in other cases: that it is 0 in this one tells something then."""
        records = (record for record in self.accused.exam.records if name in record.comparisons)
        return any(record.comparisons[name].is_right for record in records)

    def _ended(self, error: Finding | str, same: set[str], unlike: int, values: int) -> Agreement | None:
        theirs = self.record.error
        if theirs is None or _kind(theirs) != _kind(error):
            return None
        return Agreement(frozenset({*same, ERROR}), unlike, values)

    def _of_runs(self, own: Runs) -> Agreement | None:
        """The same where what is right depends on what was chosen freely."""
        same: set[str] = set()
        unlike = values = 0
        if own[0].error is not None:
            return self._ended(own[0].error, same, unlike, values)
        own_told, told = _told_of(own[0]), self._told_of_it
        if not {each.kind for each in own_told} <= {each.kind for each in told} or not counts_agree(told, own_told):
            return None
        for name in self.record.answer.values:
            if name not in own[0].usable:
                array = own[0].observed.arrays.get(name)
                if array is None or self._told(name, array) != "same":
                    return None
                same.add(name)
                values += self._telling(name)
                continue
            is_own_right, is_shaped = is_right(own, name), own[0].observed.arrays[name].shape
            is_own_right = is_own_right and is_shaped == self.record.answer.values[name].shape
            if is_own_right:
                continue
            theirs = self.record.usable.get(name)
            is_alike = theirs is not None and self.record.observed.arrays[name].shape == is_shaped
            if is_alike and (is_same_value(self.record, own, name) or self._is_the_same_by_its_mask(name)):
                if not self._was_right(name):
                    same.add(name)
                    values += self._telling(name)
            elif self._is_binding(name):
                return None
            else:
                unlike += 1
        return Agreement(frozenset(same), unlike, values)

    def _is_the_same_by_its_mask(self, name: str) -> bool:
        """Whether a value is the submission's where the edit keeps what it kept, in which nothing is wrong."""
        if any(isinstance(what, Finding) for _, what in self.accused.every):
            return False
        own = of_the_same_mask(self.way, self.record, self.is_local)
        return own is not None and name in own.usable and equals(self.record, name, own.usable)


def complaints(record: CaseRecord) -> set[Kind]:
    """What the contract itself complains of."""
    return {each.kind for each in _told_of(record)}


def _told_of(record: CaseRecord) -> Sequence[Finding]:
    return tuple(record.contract.properties(record.case, dict(record.observed.arrays)))


def is_odd(record: CaseRecord, name: str) -> bool:
    """Whether a value came back in another shape than the answer's."""
    got = record.observed.arrays.get(name)
    return got is not None and got.shape != record.answer.values[name].shape


def can_explain(fact: Fact, accused: Accused) -> bool:
    """Whether an edit can account for it: a value that is wrong for certain, a shape, or what ended a call."""
    place, found = fact
    if isinstance(found, Finding):
        is_of_contract = any(found.kind in complaints(record) for record in accused.exam.records)
        return found.kind == Kind.SHAPE or found.kind in OF_THE_CALL or is_of_contract
    records = accused.exam.records
    return any(r.case.index == place and not r.contract.may_refuse(r.case) for r in records)


def can_tell(record: CaseRecord) -> bool:
    """Whether a case shows a wrong value, or an error: a complaint alone may come of anything."""
    values = record.answer.values
    is_wrong = not all(name in values and each.is_right for name, each in record.comparisons.items())
    return record.error is not None or is_wrong or any(is_odd(record, name) for name in values)


def size(record: CaseRecord) -> int:
    """How many numbers a case has."""
    return sum(array.size for array in record.case.inputs.values())


def is_owed(finding: Finding, agreements: dict[int, Agreement], accused: Accused, alike: frozenset[Kind]) -> bool:
    """Whether a complaint is had alike, or one of a shape, or an error, owed to what is the same wherever it is."""
    records = [record for record in accused.exam.records if record.case.index in agreements]
    name = finding.observation
    if finding.kind == Kind.SHAPE:
        odd = [r for r in records if name in r.answer.values and is_odd(r, name)]
        return bool(odd) and all(name in agreements[r.case.index].same for r in odd)
    if finding.kind in OF_THE_CALL:
        failed = [r for r in records if r.error is not None]
        return bool(failed) and all(ERROR in agreements[r.case.index].same for r in failed)
    return finding.kind in alike


def explained(agreements: dict[int, Agreement], accused: Accused, alike: frozenset[Kind]) -> Facts:
    """The facts that an edit accounts for, given what it has in common with the submission on every case."""
    facts: set[Fact] = {(i, name) for i, each in agreements.items() for name in each.same}
    facts &= accused.every
    for check, finding in accused.every:
        if isinstance(check, str) and isinstance(finding, Finding) and is_owed(finding, agreements, accused, alike):
            facts.add((check, finding))
    return frozenset(facts | _of_what_may_be_refused(facts, accused))


def is_nothing_but(number: float, agreements: Mapping[int, Agreement], records: Sequence[CaseRecord]) -> bool:
    """Whether all that is the same is a number itself: it was taken from there, whatever it is put in the place of."""
    told = ((record, name) for record in records for name in agreements[record.case.index].same if name != ERROR)
    same = [record.observed.arrays[name] for record, name in told]
    return bool(same) and all(array.size == 1 and array == number for array in same)


def _of_what_may_be_refused(facts: set[Fact], accused: Accused) -> set[Fact]:
    """The same value in the cases that no way need answer, where an edit accounts for it in all others."""
    free = {r.case.index for r in accused.exam.records if r.contract.may_refuse(r.case)}
    names = {found for place, found in facts if isinstance(place, int)}
    left = {found for place, found in accused.every - facts if isinstance(place, int) and place not in free}
    return {fact for fact in accused.every if fact[0] in free and fact[1] in names - left}


def _kind(error: Finding | str) -> str:
    """The type of an exception, or the kind of what else ended a call."""
    if isinstance(error, str):
        return error
    return error.exception.type if error.exception is not None else error.kind
