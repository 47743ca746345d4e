"""The search: every edit of every way, the smallest failing cases first, given up at the first disagreement."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import NONE, Accused, Fact, Facts
from gradproof.conformance.diagnosis.search import solving
from gradproof.conformance.diagnosis.search.comparing import ERROR, Agreement, Comparer, is_odd
from gradproof.conformance.diagnosis.search.edits import edits_of
from gradproof.conformance.diagnosis.search.scope import Scopes, scopes_of
from gradproof.conformance.diagnosis.search.trials import Trial, runs
from gradproof.conformance.diagnosis.search.ways import Way, ways_of
from gradproof.conformance.harness.caller import generators_put_back
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.findings import OF_THE_CALL, Finding, Kind

LEAST_VALUES = 3  # wrong numbers that must be the same, for a name to be more than chance


@dataclass(frozen=True)
class Match:
    """An edit that contradicts nothing, the facts that it explains, and in how much it disagrees beside them."""

    trial: Trial
    explains: Facts
    observations: tuple[str, ...]
    unlike: int


def matches(accused: Accused) -> list[Match]:
    """The edits that explain some of what failed, way by way until one explains all."""
    dialect = accused.exam.records[0].case.dialect
    wanted = frozenset(fact for fact in accused.every if can_explain(fact, accused))
    found: list[Match] = []
    if not wanted:
        return found
    with generators_put_back(), np.errstate(all="ignore"):
        for way in ways_of(accused.exam.contract, dialect):
            found.extend(_Search(accused, way, dialect).matches())
            if any(wanted <= match.explains for match in found):
                break
    return found


def can_explain(fact: Fact, accused: Accused) -> bool:
    """Whether an edit can account for it: a value that is wrong for certain, a shape, or what ended a call."""
    place, found = fact
    if isinstance(found, Finding):
        return found.kind == Kind.SHAPE or found.kind in OF_THE_CALL
    records = accused.exam.records
    return any(r.case.index == place and not r.contract.may_refuse(r.case) for r in records)


@dataclass(frozen=True, eq=False)
class _Search:
    """The edits of one way held against one submission."""

    accused: Accused
    way: Way
    dialect: Dialect

    @cached_property
    def failing(self) -> list[CaseRecord]:
        """A case of each scenario that shows a wrong value, and those that complaints are told of; small ones first."""
        told = [*self.accused.smallest.values(), *self.accused.complained_of.values()]
        records = [record for record in told if record.case.index in self.comparers]
        return sorted({id(r): r for r in records}.values(), key=lambda r: sum(a.size for a in r.case.inputs.values()))

    @cached_property
    def is_local(self) -> bool:
        """Whether the submission knows the suite's seed."""
        return isinstance(self.accused.exam.session, LocalSession)

    @cached_property
    def comparers(self) -> dict[int, Comparer]:
        """One for each case that has an answer for certain, by its index. Made before anything is edited."""
        records = [r for r in self.accused.exam.records if not r.contract.may_refuse(r.case)]
        given = {record: runs(self.way, record, self.is_local)[0] for record in records}
        return {
            record.case.index: Comparer(record, self.accused, self.way, self.is_local, own.observed.arrays)
            for record, own in given.items()
        }

    def matches(self) -> Iterator[Match]:
        """Every match, if the way itself gives the answers in what is to be explained."""
        if not self.failing or not self._is_one() or self.accused.every <= self.given:
            return
        for record in {r.case.scenario: r for r in self.failing}.values():
            for trial in _trials_of(self.way, self.accused.exam.contract, self.dialect, record):
                if match := self._match(trial):
                    yield match
            return  # one scenario reaches what the others do, or nearly

    @cached_property
    def given(self) -> Facts:
        """What the way explains as it is, where it is no right one: of an edit that is no merit."""
        found = {index: comparer.agreement() for index, comparer in self.comparers.items()}
        kept = {index: each for index, each in found.items() if each is not None}
        return _explained(kept, self.accused) if kept == found else NONE

    def _is_one(self) -> bool:
        """Whether the way does at all what the case asks for."""
        return bool(self.comparers[self.failing[0].case.index].given)

    def _match(self, trial: Trial) -> Match | None:
        """The match of an edit, at the number that fits if one is free; None if there is none."""
        if not trial.edit.has_parameter:
            return self._confirmed(trial)
        for exact in solving.numbers(trial, self.accused, self.failing, self.is_local):
            if found := self._confirmed(trial.with_number(exact)):
                rounded = (self._confirmed(trial.with_number(number)) for number in solving.rounded(exact))
                return next(filter(None, rounded), found)
        return None

    def _confirmed(self, trial: Trial) -> Match | None:
        """The match of an edit if it contradicts no case and explains some fact."""
        with trial.made():
            if not self._explains_one():
                return None
            agreements: dict[int, Agreement] = {}
            for index, comparer in self.comparers.items():
                found = comparer.agreement()
                if found is None:
                    return None
                agreements[index] = found
        facts = _explained(agreements, self.accused)
        if facts <= self.given:
            return None
        values = sum(each.values for each in agreements.values())
        if values < LEAST_VALUES + (trial.number is not None):
            return None
        names = {name for each in agreements.values() for name in each.same}
        order = tuple(name for name in self.accused.exam.contract.observes if name in names)
        return Match(trial, facts, order, sum(each.unlike for each in agreements.values()))

    def _explains_one(self) -> bool:
        """Whether it is wrong as the submission is in a smallest failing case, and contradicts none before."""
        for record in self.failing:
            found = self.comparers[record.case.index].agreement()
            if found is None or found.same:
                return found is not None
        return False


_KEPT: dict[tuple[str, str, str, str], list[Trial]] = {}


def _trials_of(way: Way, contract: Contract, dialect: Dialect, record: CaseRecord) -> list[Trial]:
    """Every edit of what a case reaches of a way, compiled: the same for every submission."""
    key = (way.name, contract.name, dialect.tag(contract.dialects), record.case.scenario)
    if key not in _KEPT:
        scopes = scopes_of(way.trees, lambda: runs(way, record, True))
        is_network = contract.transplants  # whose layers have contracts of their own
        reached = {
            code: seen
            for code, seen in scopes.items()
            if code.co_name != "__init__" and (not is_network or "." in code.co_qualname)
        }
        _KEPT[key] = [trial for code, seen in reached.items() for trial in _compiled(way, code, seen)]
    return _KEPT[key]


def _compiled(way: Way, code: CodeType, scopes: Scopes) -> Iterator[Trial]:
    for edit in edits_of(way.trees[code], scopes):
        try:
            changed = edit.code()
        except (SyntaxError, ValueError, TypeError):
            continue
        yield Trial(way, edit, way.functions[code], changed)


def _explained(agreements: dict[int, Agreement], accused: Accused) -> Facts:
    """The facts that an edit accounts for, given what it has in common with the submission on every case."""
    facts: set[Fact] = {(i, name) for i, each in agreements.items() for name in each.same}
    facts &= accused.every
    for check, finding in accused.every:
        if isinstance(check, str) and isinstance(finding, Finding) and _is_owed(finding, agreements, accused):
            facts.add((check, finding))
    return frozenset(facts | _of_what_may_be_refused(facts, accused))


def _of_what_may_be_refused(facts: set[Fact], accused: Accused) -> set[Fact]:
    """The same value in the cases that no way need answer, where an edit accounts for it in all others."""
    free = {r.case.index for r in accused.exam.records if r.contract.may_refuse(r.case)}
    names = {found for place, found in facts if isinstance(place, int)}
    left = {found for place, found in accused.every - facts if isinstance(place, int) and place not in free}
    return {fact for fact in accused.every if fact[0] in free and fact[1] in names - left}


def _is_owed(finding: Finding, agreements: dict[int, Agreement], accused: Accused) -> bool:
    """Whether a complaint about a shape, or an error, is owed to what is the same in all cases that have it."""
    records = [record for record in accused.exam.records if record.case.index in agreements]
    name = finding.observation
    if finding.kind == Kind.SHAPE:
        odd = [r for r in records if name in r.answer.values and is_odd(r, name)]
        return bool(odd) and all(name in agreements[r.case.index].same for r in odd)
    if finding.kind in OF_THE_CALL:
        failed = [r for r in records if r.error is not None]
        return bool(failed) and all(ERROR in agreements[r.case.index].same for r in failed)
    return False
