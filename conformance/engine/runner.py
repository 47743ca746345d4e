"""Contracts x cases x checks -> results. No printing, no pytest."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from platform import python_version

import numpy as np

from gradproof import __version__
from gradproof.conformance.checks.discretion import Words, discreet_words, frank_words
from gradproof.conformance.checks.messages import text_for_students
from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.checks.verdicts import Plan, cases_of_all, gather, results_of, unjudged
from gradproof.conformance.diagnosis.explain import by_convention, by_mistake
from gradproof.conformance.engine import generations
from gradproof.conformance.engine.attribution import Attribution, ContractResults, of_contract
from gradproof.conformance.engine.charges import settled
from gradproof.conformance.engine.gathering import Gathered, gathered
from gradproof.conformance.engine.handed_out import without, without_others
from gradproof.conformance.engine.our_faults import sure
from gradproof.conformance.engine.selection import unusable
from gradproof.conformance.harness.session import LocalSession, Session
from gradproof.conformance.oracle.ahead import answering_ahead
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.conventions import CONVENTIONS
from gradproof.conformance.spec.findings import Finding
from gradproof.conformance.spec.words.said import say

ABOUT = "{name}: {words}"
DECLINES_A_PART = "{contract}: the adapter declines {functions} in {count} of {of} cases, what comes before is judged"
MESSAGES = (ABOUT, DECLINES_A_PART)

__all__ = ["Plan", "gather", "judge", "run"]


def run(
    subject: str,
    session: Session,
    oracle: Oracle,
    plan: Plan,
    tick: Callable[[str], None] = lambda _name: None,
    exercised: Callable[[str], None] = lambda _name: None,
) -> Run:
    """Judge a submission by every contract of the plan.

    ``exercised`` is told each contract as all its cases were put to the submission, ``tick`` as it is done.

    Raises:
        SubmissionUnusable: if all that it offers is something else than what its names mean.
    """
    started = time.perf_counter()
    known: dict[str, ContractResults] = {}
    times: dict[str, float] = {}
    notes = [*session.inventory.problems, *(generations.notes(session.inventory) if plan.assignment is None else ())]
    cases = 0
    with _answering_ahead(session, oracle, plan):
        seen = gathered(session, oracle, plan, exercised)
        for contract in plan.contracts:
            begun, own = time.perf_counter(), seen.pop(contract.name, None)
            known[contract.name], count, said = sure(
                partial(_judged_alone, contract, session, oracle, plan, own), partial(_broken, contract, plan)
            )
            times[contract.name] = time.perf_counter() - begun + (own.seconds if own else 0.0)
            cases += count
            notes.extend(said)
            tick(contract.name)
    attribution = Attribution(session, oracle, plan, known)
    attributed = {}
    for contract in plan.contracts:
        begun = time.perf_counter()
        attributed[contract.name] = attribution.attributed(contract.name)
        times[contract.name] += time.perf_counter() - begun
    notes.extend(note for _, note in attributed.values() if note)
    due = {name: own for name, (own, _) in attributed.items() if attribution.is_due(name)}
    due, others = without_others(due, plan.offered, session.inventory)
    results, told = without(due, plan.handed_out)
    results = settled(results, plan.strict)
    notes.extend((*others, *told))
    if others and not results:
        raise unusable(subject, (*session.inventory.problems, *others))
    notes.extend(_passed_with_a_word(r) for r in results if r.status == Status.PASSED and r.findings)
    return Run(
        subject=subject,
        assignment=plan.assignment,
        dialect={name: getattr(plan.dialect, name) for name in CONVENTIONS},
        oracle=oracle.name,
        seed=oracle.seed,
        versions={
            "gradproof": __version__,
            "python": python_version(),
            "numpy": np.__version__,
            "PYTHONHASHSEED": session.hash_seed,
        },
        results=results,
        notes=tuple(map(frank_words, notes)),
        discreet_notes=tuple(map(discreet_words, notes)),
        cases=cases,
        seconds=time.perf_counter() - started,
        times=times,
    )


def _answering_ahead(session: Session, oracle: Oracle, plan: Plan) -> AbstractContextManager[None]:
    """The oracle at work beside a submission that has a process of its own."""
    if isinstance(session, LocalSession):
        return nullcontext()
    return answering_ahead(oracle, cases_of_all(oracle, plan))


def _judged_alone(
    contract: Contract, session: Session, oracle: Oracle, plan: Plan, seen: Gathered | None
) -> tuple[ContractResults, int, list[str]]:
    """A contract's results, in how many cases, and what is to be noted."""
    exam = (seen.exam if seen else gather)(contract, session, oracle, plan)
    return of_contract(exam, oracle, plan), len(exam.records), list(_notes(exam))


def _broken(contract: Contract, plan: Plan, ours: Exception) -> tuple[ContractResults, int, list[str]]:
    return ContractResults(unjudged(contract, plan, ours)), 0, []


def judge(exam: ContractRun, oracle: Oracle, plan: Plan) -> tuple[Result, ...]:
    """Make every check that applies; what failed is told what could help."""
    return by_mistake(by_convention(results_of(exam, plan), exam, oracle, plan), exam)


def _notes(exam: ContractRun) -> Iterator[str]:
    """What was seen beside the checks. A count or a reason can be read as a message, so it is not told to all."""
    name, count = exam.contract.name, len(exam.declined)
    if count:
        numbers = {"contract": name, "count": count, "of": count + len(exam.records)}
        yield _with_reasons(say("{contract}: the adapter declines {count} of {of} cases", **numbers), exam.declined)
    if ended := [record.observed.left_out for record in exam.records if record.observed.left_out]:
        functions = ", ".join(dict.fromkeys(finding.function for finding in ended))
        numbers = {"contract": name, "count": len(ended), "of": count + len(exam.records)}
        yield _with_reasons(say(DECLINES_A_PART, functions=functions, **numbers), ended)
    printed = max((record.observed.printed for record in exam.records), default=0)
    if printed:
        prints = say("{contract}: the submission prints while it is judged", contract=name)
        yield Words(say("{prints} (up to {count:,} characters a case)", prints=prints, count=printed), prints)


def _with_reasons(declines: str, findings: Iterable[Finding]) -> Words:
    """What an adapter declines, and why: its own words, for those who may know the cases."""
    reasons = "; ".join(dict.fromkeys(finding["reason"] for finding in findings))
    return Words(say("{declines}: {reasons}", declines=declines, reasons=reasons), declines)


def _passed_with_a_word(result: Result) -> str:
    """The note of a check that was passed, and of which there is something to tell."""
    told = (result.message, text_for_students(result.findings))
    return Words(*(say(ABOUT, name=result.contract, words=words) for words in told))
