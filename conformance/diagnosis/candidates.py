"""Misconceptions that a failure may come from: each is run on the submission's cases and compared with what was found.

What is to be explained are facts: each wrong value (case and observation) that a failed check is charged with, and
each complaint that is not about a value, without what chance puts into it. A misconception is a candidate if it
contradicts nothing that was found: where the submission is right it is right too, and where it is wrong it gives what
the submission gives. Values that no check is charged with need not agree; those that do break ties.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from gradproof.conformance.checks.messages import STEP
from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import CHECKS, check_named
from gradproof.conformance.diagnosis.misconceptions import Misconception
from gradproof.conformance.diagnosis.simulation import (
    Hypothesis,
    both_runs,
    hypothesis_of,
    is_right,
    is_same_value,
    run,
    same_choices,
    same_end,
    same_errors,
    same_odd_shapes,
    same_outcomes,
    same_patterns,
    same_samples,
    session_of,
)
from gradproof.conformance.spec.contracts.dropout import FALSE_ALARM, is_beyond_chance
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.findings import Finding, Kind

COMPLAINTS_KEPT = 8192  # of the misconceptions, which are the same for every submission

REQUIRED = {check.name for check in CHECKS if check.required}  # where nothing else is said
BEYOND = FALSE_ALARM**2  # both counts are subject to chance
SIGMAS = math.sqrt(2 * math.log(2 / FALSE_ALARM))  # of a normal number, beyond which it is no chance

Fact = tuple[int, str] | tuple[str, Finding]  # case and observation, or check and complaint
Facts = frozenset[Fact]
NONE: Facts = frozenset()


@dataclass(frozen=True)
class Accused:
    """The results of a submission on a contract, taken apart."""

    results: tuple[Result, ...]
    exam: ContractRun

    @cached_property
    def bad(self) -> Mapping[str, Result]:
        """What failed, by its check."""
        return {result.check: result for result in self.results if result.status.is_bad}

    @cached_property
    def facts(self) -> Mapping[str, Facts]:
        """What is to be explained of each failed check."""
        return {check: facts_of(check, result.findings, self.exam, self.bad) for check, result in self.bad.items()}

    @cached_property
    def every(self) -> Facts:
        """All facts together."""
        return NONE.union(*self.facts.values())

    @cached_property
    def binding(self) -> frozenset[str]:
        """The checks that were made: what they found, right or wrong, a suspect may not contradict.

        Of those that cost nothing here only such as are required elsewhere, and passed.
        """
        passed = {r.check for r in self.results if r.status == Status.PASSED}
        required = {r.check for r in self.results if r.required}
        return frozenset(required & (passed | self.bad.keys()) | (passed & REQUIRED))

    @cached_property
    def complained(self) -> frozenset[str]:
        """The failed checks that have complaints to be explained."""
        return frozenset(check for check, facts in self.facts.items() if any(isinstance(at, str) for at, _ in facts))

    @cached_property
    def smallest(self) -> Mapping[tuple[str, str], CaseRecord]:
        """For each scenario and wrong observation the smallest case that shows it."""
        wrong: dict[tuple[str, str], CaseRecord] = {}
        for record in self.exam.records:
            for name in record.comparisons:
                if (record.case.index, name) in self.every:
                    wrong.setdefault((record.case.scenario, name), record)
        return wrong

    @cached_property
    def failed(self) -> tuple[CaseRecord, ...]:
        """The cases that an exception ended."""
        return tuple(r for r in self.exam.records if r.error is not None and r.error.exception is not None)

    @cached_property
    def complained_of(self) -> Mapping[str, CaseRecord]:
        """For each failed check that has complaints to be explained the case that it tells."""
        records = {record.case.id: record for record in self.exam.records}
        return {check: records[self.bad[check].findings[0].case] for check in self.complained}


class Mistake(Protocol):
    """What a failure can be put down to: a misconception, or an edit that was found."""

    @property
    def id(self) -> str:
        """By which it is counted."""

    @property
    def says(self) -> str:
        """What is done, and what should be."""

    @property
    def hint(self) -> str:
        """Where to look."""


@dataclass(frozen=True)
class Candidate:
    """A mistake that contradicts nothing, the facts that it explains, and in how much it agrees beside them."""

    misconception: Mistake
    explains: Facts
    agrees: int


@dataclass(frozen=True)
class Charge:
    """A misconception judged by a check on some cases."""

    hypotheses: tuple[Hypothesis, ...]
    check: str
    unmet: frozenset[str]


def facts_of(check: str, findings: Iterable[Finding], exam: ContractRun, bad: Iterable[str]) -> Facts:
    """The wrong values that a failed check is charged with, and its complaints beside them."""
    row, needs = check_named(check), exam.contract.needs
    within = row.within if row else ()
    wrong: Facts = frozenset(
        (record.case.index, name)
        for record in exam.records
        if not any(record.is_wrong(other) for other in within)
        for name in record.judged_by(check)
        if needs.get(name, "") not in bad and name in record.comparisons and not record.comparisons[name].is_right
    )
    return wrong.union((check, each.kin) for each in findings if each.kind != Kind.VALUES)


def counts_agree(found: Iterable[Finding], other: Iterable[Finding]) -> bool:
    """Whether chance explains that two submissions kept differently many elements."""
    counts, others = ([each for each in side if each.kind == Kind.KEEP_RATE] for side in (found, other))
    pairs = zip(counts, others, strict=False)
    return not any(is_beyond_chance(a["kept"], a["size"], b["kept"] / b["size"], BEYOND) for a, b in pairs)


def _deviations_agree(found: Iterable[Finding], other: Iterable[Finding]) -> bool:
    """Whether chance explains that two submissions drew with these deviations; of n values one is off by 1/sqrt(2n)."""
    drawn = ([each for each in side if each.kind == Kind.STARTS_WITH_DEVIATION] for side in (found, other))
    pairs = zip(*drawn, strict=False)
    return all(abs(math.log(a.got / b.got)) <= SIGMAS / math.sqrt(a["size"]) for a, b in pairs if a.got and b.got)


def suspect(misconception: Misconception, accused: Accused, in_part: bool = False) -> Candidate | None:
    """The misconception as a suspect; None if it contradicts what was found or explains nothing of it.

    In part, what is wrong in both contradicts nothing: the submission has a second mistake there.
    """
    if not _is_of_the_dialect(misconception, accused):
        return None
    replaced = accused.exam.session.transplanted
    if replaced and not misconception.build().keys().isdisjoint(replaced):
        return None
    if not _explains_a_smallest(misconception, accused, in_part) and not _complains_alike(misconception, accused):
        return None
    found = _agreements(misconception, accused, in_part)
    if found is None:
        return None
    explained, agrees = found
    hypotheses = tuple(hypothesis_of(misconception, record, accused.exam) for record in accused.exam.records)
    raises_alike = all(same_errors(record, both_runs(misconception, record, accused.exam)) for record in accused.failed)
    for check in sorted((accused.binding - {"finite_difference"}) | accused.complained):
        told, findings = _complaints(Charge(hypotheses, check, frozenset(accused.bad)))
        if check in accused.binding and not told <= accused.every:
            return None
        explained |= {fact for fact in told & accused.every if not _is_raised(fact) or raises_alike}
        if check in accused.complained:
            found_too = accused.bad[check].findings
            if not counts_agree(found_too, findings) or not _deviations_agree(found_too, findings):
                return None
            agrees += [each.claim for each in findings] == [each.claim for each in found_too]
    return Candidate(misconception, explained, agrees) if explained else None


def _is_of_the_dialect(misconception: Misconception, accused: Accused) -> bool:
    """Whether the conventions of the cases are those that it supposes."""
    dialects = {record.case.dialect for record in accused.exam.records}
    return all(getattr(each, name) == getattr(DEFAULT, name) for each in dialects for name in misconception.supposes)


def _is_raised(fact: Fact) -> bool:
    """Whether it is a complaint about an exception: one case shows it, and all that have it must agree."""
    return isinstance(fact[1], Finding) and fact[1].exception is not None


def _explains_a_smallest(misconception: Misconception, accused: Accused, in_part: bool) -> bool:
    """Whether it gives the same wrong value in one of the smallest failing cases, and no other in those before."""
    for (_, name), record in accused.smallest.items():
        own = both_runs(misconception, record, accused.exam)
        if is_right(own, name):
            continue
        if is_same_value(record, own, name):
            return True
        if not in_part:
            return False
    return False


def _complains_alike(misconception: Misconception, accused: Accused) -> bool:
    """Whether a check complains of it, in a case of which it complains, in the same words."""
    for check, record in accused.complained_of.items():
        charge = Charge((hypothesis_of(misconception, record, accused.exam),), check, frozenset(accused.bad))
        if not _complaints(charge)[0].isdisjoint(accused.every):
            return True
    return False


def _agreements(misconception: Misconception, accused: Accused, in_part: bool) -> tuple[Facts, int] | None:
    """The charged values that are the misconception's too, and how many wrong ones are; None if it contradicts one."""
    explained: set[Fact] = set()
    against: set[str] = set()
    agrees, is_wrong_too = 0, False
    for record in accused.exam.records:
        own = both_runs(misconception, record, accused.exam)
        if not all(alike(record, own) for alike in (same_patterns, same_odd_shapes, same_end, same_choices)):
            return None
        agrees += same_samples(record, own) + same_outcomes(record, own)
        for name, comparison in record.comparisons.items():
            fact, check = (record.case.index, name), record.contract.judge_of(record.case, name)
            is_own_right = is_right(own, name)
            if comparison.is_right and is_own_right:
                continue
            if is_same_value(record, own, name):
                agrees += not comparison.is_right
                is_wrong_too |= not is_own_right
                explained |= {fact} & accused.every
            elif check in accused.binding and (comparison.is_right or (fact in accused.every and not is_own_right)):
                if comparison.is_right or not in_part:
                    return None
                against.add(name)
    kept = frozenset(fact for fact in explained if fact[1] not in against)
    if is_outweighed({str(name) for _, name in kept}, against, accused):
        return None
    return (kept if is_wrong_too else NONE), agrees


def is_outweighed(explained: Iterable[str], against: Iterable[str], accused: Accused) -> bool:
    """Whether a mistake in part is contradicted in more values than it explains, or in what an earlier check judges."""
    same, other = ({STEP.sub("", name) for name in names} for names in (explained, against))
    same -= other  # what is the same at some steps alone is no explanation of it
    judged = {STEP.sub("", name): check for name, check in accused.exam.contract.observes.items()}
    first = next((name for name in judged if name in same | other), "")
    is_first = first in other and all(judged.get(name) != judged[first] for name in same)
    return bool(other) and (len(other) > len(same) or is_first)


@lru_cache(COMPLAINTS_KEPT)
def _complaints(charge: Charge) -> tuple[Facts, tuple[Finding, ...]]:
    """What the check complains of, wrong values apart, and all that it found."""
    records, check = tuple(map(run, charge.hypotheses)), check_named(charge.check)
    session = session_of(charge.hypotheses[0].misconception, records[0].case.dialect.l2)
    own = ContractRun(records[0].contract, session, records)
    verdict = check.judge(own, charge.unmet) if check else Verdict(Status.PASSED, 0)
    facts = facts_of(charge.check, verdict.findings, own, charge.unmet) if verdict.status.is_bad else NONE
    return frozenset(fact for fact in facts if isinstance(fact[0], str)), verdict.findings
