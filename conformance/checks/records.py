"""One contract's cases, their answers and what the submission gave: the material that every check judges."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gradproof.conformance.checks.gradcheck import alike
from gradproof.conformance.checks.results import Status, Worst
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.yardstick import Comparison, Measure, against, measure_in, measure_of, unit_of_moved
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Answer, Contract, Observations
from gradproof.conformance.spec.findings import OF_THE_CALL, Finding, Kind, found


@dataclass(frozen=True, eq=False)
class CaseRecord:
    """A case, its answer, and what came back."""

    contract: Contract
    case: Case
    answer: Answer
    observed: Observed
    is_refused: bool = False  # it raised, as it may

    @cached_property
    def usable(self) -> Observations:
        """The observations whose values can be compared: of the expected shape, or of it but for lengths of 1.

        What comes after a value that is no array (an unfilled function returned None) is not judged.
        """
        arrays = {}
        for name, expected in self.answer.values.items():
            if name in self.observed.oddities:
                break
            got = self.observed.arrays.get(name)
            if got is not None and _fits(got, expected):
                arrays[name] = got.reshape(expected.shape)
        return arrays

    @cached_property
    def expected(self) -> Observations:
        """The answer, given what the submission was free to choose."""
        return self.contract.align(self.case, self.usable, self.answer.values)

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """Each usable observation against the answer."""
        return {name: against(got, self._measure(name)) for name, got in self.usable.items()}

    def _measure(self, name: str) -> Measure:
        ours, theirs, dtype = self.answer.values[name], self.expected[name], self.case.judged_in
        if theirs is ours:
            return measure_in(self.answer, name, dtype)
        return measure_of(theirs, unit_of_moved(self.answer.units[name], ours, theirs, dtype), dtype)

    @property
    def gradients(self) -> tuple[str, ...]:
        """The gradients that the case has: a deep network has more of them than a shallow one."""
        return tuple(name for name in self.contract.gradients if name in self.answer.values)

    def is_wrong(self, check: str) -> bool:
        """Whether a value that the check judges is wrong in this very case."""
        return any(not self.comparisons[name].is_right for name in self.judged_by(check) if name in self.comparisons)

    def shows(self, check: str) -> bool:
        """Whether the check has something to find fault with in this very case: a value, an error or a complaint."""
        has_error = self.error_charged_to(check) is not None or self.lacks_a_value_of(check)
        return has_error or self.is_wrong(check) or any(True for _ in self.properties_of(check))

    def is_sample_for(self, check: str) -> bool:
        """Whether the check judges properties of what came back, there being no values to compare it with."""
        names = () if self.answer.values else self.observed.arrays
        scenario = self.contract.scenario(self.case)
        is_refusal = self.is_refused and scenario is not None and scenario.check == check
        return is_refusal or any(self.contract.judge_of(self.case, name) == check for name in names)

    def judged_by(self, check: str) -> tuple[str, ...]:
        """The expected observations that a check judges."""
        return self._by_check.get(check, ())

    @cached_property
    def _by_check(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.answer.values:
            check = self.contract.judge_of(self.case, name)
            found[check] = (*found.get(check, ()), name)
        return found

    @cached_property
    def error(self) -> Finding | None:
        """What ended the exercise. An end without an error, and with a value missing, is one too."""
        observed = self.observed
        absent = [name for name in self.answer.values if name not in observed.arrays and name not in observed.oddities]
        if observed.error is not None or not absent:
            return observed.error
        function = self.contract.functions[0].name
        return found(Kind.NOT_BACK, function=function, observation=absent[0])

    @property
    def is_declined(self) -> bool:
        """Whether the adapter cannot put the case to the submission."""
        return self.observed.error is not None and self.observed.error.kind == Kind.DECLINED

    def properties_of(self, check: str) -> Iterator[Finding]:
        """What the contract itself complains of beyond values, of those that a check makes."""
        return (finding for finding in self._properties if finding.check == check)

    def odd_shapes_of(self, check: str) -> Iterator[Finding]:
        """What came back in another shape after a first answer, in a case that may be refused by the first call alone.

        In all other cases shapes are a matter of the interface, or of nobody: so of who is free in what comes back.
        """
        is_held = self.contract.may_refuse(self.case) and not self.contract.may_still_refuse(self.case, answered=True)
        if is_held and all(self.expected.get(name) is value for name, value in self.answer.values.items()):
            for name in self.judged_by(check):
                got, expected = self.observed.arrays.get(name), self.answer.values[name]
                if got is not None and not _fits(got, expected):
                    yield found(Kind.SHAPE, check=check, observation=name, got=got.shape, expected=expected.shape)

    @cached_property
    def _properties(self) -> tuple[Finding, ...]:
        return tuple(self.contract.properties(self.case, dict(self.observed.arrays)))

    def lacking(self) -> tuple[str, ...]:
        """The expected observations that did not come back as arrays."""
        return tuple(name for name in self.answer.values if name not in self.observed.arrays)

    def lacks_a_value_of(self, check: str) -> bool:
        """Whether the check cannot judge all that it should in this case."""
        return any(name not in self.usable for name in self.judged_by(check))

    def error_charged_to(self, check: str) -> Finding | None:
        """The error that ended the exercise, if it counts against this check.

        What is raised after an array of another shape is owed to that, which the interface is charged with.
        """
        error = self.error
        if error is None or error.kind not in OF_THE_CALL or self._has_another_shape:
            return None
        scenario = self.contract.scenario(self.case)
        owner = (scenario and scenario.check) or self._owner(error.function)
        return error if owner == check else None

    @property
    def _has_another_shape(self) -> bool:
        """Whether an observation has a shape that is not expected, not even but for lengths of 1."""
        seen = ((self.observed.arrays.get(name), expected) for name, expected in self.answer.values.items())
        return any(got is not None and not _fits(got, expected) for got, expected in seen)

    def _owner(self, function: str) -> str:
        returns = self.contract.function(function).returns
        expected = [name for name in self.answer.values if name not in self.observed.arrays]
        names = (*(n for n in returns if n in expected), *expected)
        return self.contract.judge_of(self.case, names[0]) if names else self.contract.owner(function)


def _fits(got: Array, expected: Array) -> bool:
    """Whether an array has the expected shape, or that shape but for lengths of 1."""
    return got.shape == expected.shape or np.squeeze(got).shape == np.squeeze(expected).shape


@dataclass(frozen=True)
class ContractRun:
    """All records of a contract, and the session to ask for more."""

    contract: Contract
    session: Session
    records: tuple[CaseRecord, ...]
    declined: tuple[Finding, ...] = ()  # why an adapter left out cases, one for each
    withdrawn: tuple[CaseRecord, ...] = ()  # unasked; none takes their place where a check looks at a few
    _again: dict[CaseRecord, "Again"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def only(self, records: Iterable[CaseRecord]) -> "ContractRun":
        """The same run on some of its cases."""
        return replace(self, records=tuple(records))

    def complete_records(self) -> tuple[CaseRecord, ...]:
        """The records that hold all that was asked for; none, if they are only those for which there is no answer."""
        asked = (record for record in self.records if not record.is_refused)
        complete = tuple(r for r in asked if r.error is None and r.observed.arrays and not r.lacking())
        is_judged = any(r.answer.values for r in complete) or not any(r.answer.values for r in self.records)
        return complete if is_judged else ()

    def plain_records(self, count: int) -> tuple[CaseRecord, ...]:
        """Up to ``count`` records that ran to their end and must repeat themselves, of different scenarios first.

        Of those that would be taken if none had been withdrawn; others, where each of these was.
        """
        return self.still_plain(count) or replace(self, withdrawn=()).still_plain(count)

    def still_plain(self, count: int) -> tuple[CaseRecord, ...]:
        """The same, without others."""
        return tuple(record for record in self._plain[:count] if record not in self.withdrawn)

    @cached_property
    def _plain(self) -> list[CaseRecord]:
        drawn = as_drawn(filter(self._is_plain, (*self.complete_records(), *self.withdrawn)))
        first = {record.case.scenario: record for record in reversed(drawn)}
        return sorted(drawn, key=lambda record: record is not first[record.case.scenario])

    @cached_property
    def our_fault(self) -> Finding | None:
        """Why the contract cannot be judged: our own code failed as it exercised the submission."""
        ended = (r for r in self.records if r.error is not None and r.error.kind == Kind.HARNESS)
        return next((r.error.on(r.case.id, r.case.describe()) for r in ended if r.error), None)

    def has_cases_for(self, check: str) -> bool:
        """Whether any case has an observation that the check judges."""
        return any(record.judged_by(check) for record in self.records)

    def first_error(self) -> Finding:
        """Why some observations are missing."""
        for record in self.records:
            odd = (found(Kind.IS, observation=name, got=each) for name, each in record.observed.oddities.items())
            if reason := record.error or next(odd, None):
                return reason
        return found(Kind.NOTHING)

    def again(self, record: CaseRecord) -> "Again":
        """The case once more, and then the same functions on other values, as another layer would call them."""
        if record not in self._again:
            observed = self.session.run(self.contract, record.case, attempt=1)
            self._again[record] = Again(observed, self._recalled(observed, alike(record.case)))
        return self._again[record]

    def undisturbed(self, record: CaseRecord) -> Observed:
        """What is watched then, without those others."""
        return self._recalled(self.session.run(self.contract, record.case))

    def _recalled(self, observed: Observed, *others: Case) -> Observed:
        for each in others:
            observed = observed if observed.error is not None else self.session.run(self.contract, each)
        return observed if observed.error is not None else self.session.recall(self.contract, len(others))

    def _is_plain(self, record: CaseRecord) -> bool:
        scenario = self.contract.scenario(record.case)
        return scenario is not None and scenario.check is None and scenario.repeatable


def as_drawn(records: Iterable[CaseRecord]) -> list[CaseRecord]:
    """In the order in which they were drawn; what is published comes last."""
    return sorted(records, key=lambda record: (bool(record.case.source), record.case.index))


@dataclass(frozen=True)
class Again:
    """A case that was run once more.

    What is watched are its arguments, the generators that everybody shares, and its results from before and after other
    calls.
    """

    observed: Observed
    watched: Observed


@dataclass(frozen=True)
class Verdict:
    """What one check found. The first finding tells the case that shows it."""

    status: Status
    cases: int
    findings: tuple[Finding, ...] = ()
    worst: Worst | None = None
    hint: str = ""
    share: float | None = None  # of the points that it earns; None: all or nothing, as the status says
    right: float | None = None  # the share of the values it judges that are right; None where it judges none


def skipped(*reasons: Finding) -> Verdict:
    """A check that could not be made."""
    return Verdict(Status.SKIPPED, 0, reasons)


def complaint(case: Case, count: int, *findings: Finding, status: Status = Status.FAILED) -> Verdict:
    """A check that found something other than a wrong value."""
    first, *others = findings
    return Verdict(status, count, (first.on(case.id, case.describe()), *others), Worst(case.id, None))


def broken(error: Finding) -> Verdict:
    """A check that could not be made, because our own code failed."""
    return Verdict(Status.BROKEN, 0, (error,))


def errored(case: Case, count: int, error: Finding) -> Verdict:
    """A check that an error ended, of the submission or of our own code."""
    if error.kind == Kind.HARNESS:
        return broken(error.on(case.id, case.describe()))
    status = Status.TIMED_OUT if error.kind == Kind.TIMED_OUT else Status.ERRORED
    return complaint(case, count, error, status=status)
