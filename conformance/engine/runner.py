"""Contracts x cases x checks -> results. No printing, no pytest."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from platform import python_version

import numpy as np

from gradproof import __version__
from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import Examination
from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.checks.verdicts import Plan, gather, results_of
from gradproof.conformance.diagnosis.explain import by_convention, by_mistake
from gradproof.conformance.harness.session import Session, transplanting
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import CONVENTIONS

__all__ = ["Judged", "Plan", "gather", "judge", "run", "settle"]


def run(
    subject: str, session: Session, oracle: Oracle, plan: Plan, tick: Callable[[str], None] = lambda _name: None
) -> Run:
    """Judge a submission by every contract of the plan. ``tick`` is told each contract as it is done."""
    started = time.perf_counter()
    known: dict[str, Judgement] = {}
    notes = [*session.inventory.problems]
    cases = 0
    for contract in plan.contracts:
        exam = gather(contract, session, oracle, plan)
        cases += len(exam.records)
        known[contract.name] = _judgement(exam, oracle, plan)
        notes.extend(_notes(exam))
        tick(contract.name)
    below = Judged(session, oracle, plan, known)
    settled = [below.settled(contract.name) for contract in plan.contracts]
    notes.extend(note for _, note in settled if note)
    return Run(
        subject=subject,
        assignment=plan.assignment,
        dialect={name: getattr(plan.dialect, name) for name in CONVENTIONS},
        oracle=oracle.name,
        seed=oracle.seed,
        versions={"gradproof": __version__, "python": python_version(), "numpy": np.__version__},
        results=tuple(result for own, _ in settled for result in own),
        notes=tuple(notes),
        cases=cases,
        seconds=time.perf_counter() - started,
    )


def judge(exam: Examination, oracle: Oracle, plan: Plan) -> tuple[Result, ...]:
    """Make every check that applies; what failed is told what could help."""
    return by_mistake(by_convention(results_of(exam, plan), exam, oracle, plan), exam)


@dataclass(frozen=True)
class Judgement:
    """The results of a contract, what they were judged by if there is anything to explain, and whose layers were used.

    Mistakes are looked for at the end, in what is charged then: to name one takes longer than to judge.
    """

    results: tuple[Result, ...]
    exam: Examination | None = None
    transplanted: tuple[str, ...] = ()

    def explained(self, results: tuple[Result, ...]) -> tuple[Result, ...]:
        """The results, as they are charged in the end, with the mistakes behind them."""
        if self.exam is None:
            return results
        with transplanting(self.exam.session, self.transplanted):
            return by_mistake(results, self.exam)


def _judgement(exam: Examination, oracle: Oracle, plan: Plan) -> Judgement:
    results = by_convention(results_of(exam, plan), exam, oracle, plan)
    is_bad = any(result.status.is_bad for result in results)
    return Judgement(results, exam if is_bad else None, exam.session.transplanted)


class Judged:
    """The results of contracts on one submission, each judged when it is first asked for."""

    def __init__(
        self, session: Session, oracle: Oracle, plan: Plan, known: Mapping[str, Judgement] | None = None
    ) -> None:
        self.session, self.oracle, self.plan = session, oracle, plan
        self._known = dict(known or {})
        self._settled: dict[str, tuple[tuple[Result, ...], str]] = {}

    def __call__(self, name: str) -> tuple[Result, ...]:
        """The results of a contract; none if the submission does not offer it."""
        return self.judgement(name).results

    def judgement(self, name: str) -> Judgement:
        """The contract judged, in whatever state the layers below are."""
        if name not in self._known:
            contract, offered = contract_named(name), set(self.session.inventory.functions)
            is_offered = contract in self.plan.contracts or contract.is_offered(offered)
            self._known[name] = self.anew(contract) if is_offered else Judgement(())
        return self._known[name]

    def settled(self, name: str) -> tuple[tuple[Result, ...], str]:
        """What :func:`settle` gives for a contract."""
        if name not in self._settled:
            self._settled[name] = settle(contract_named(name), self)
        return self._settled[name]

    def anew(self, contract: Contract) -> Judgement:
        """Judge a contract, whatever is known of it."""
        return _judgement(gather(contract, self.session, self.oracle, self.plan), self.oracle, self.plan)


def settle(contract: Contract, judged: Judged) -> tuple[tuple[Result, ...], str]:
    """The results of a contract in the light of the layers it builds on: one bug is charged once.

    A network is judged again with proven layers in place of those that failed, and the second verdict counts, with a
    note that says so. What else fails is skipped if a failure below explains it.
    """
    own = judged.judgement(contract.name)
    if not _count_bad(own.results):
        return own.explained(own.results), ""
    others: Mapping[str, tuple[Result, ...]] = {name: judged(name) for name in contract.builds_on}
    note = ""
    if contract.transplants:
        layers = [name for name in others if not contract_named(name).transplants]
        own, note, others = _recovered(contract, own, layers, others, judged)
    return own.explained(_excused(contract, own.results, others, judged)), note


def _recovered(
    contract: Contract,
    own: Judgement,
    layers: Sequence[str],
    others: Mapping[str, tuple[Result, ...]],
    judged: Judged,
) -> tuple[Judgement, str, Mapping[str, tuple[Result, ...]]]:
    """A network's results with proven layers in place of those that failed, a note, and what may still excuse it.

    One layer is tried alone before all of them together, so that the one to blame is named. Where the network gets
    worse by it, because it relies on how its own layers are made, its own results stay and its layers' failures excuse
    it; where it gets no better, the fault is its own.
    """
    broken = [name for name in layers if _count_bad(others[name])]
    networks = {name: results for name, results in others.items() if name not in layers}
    is_worse = False
    for names in dict.fromkeys((*((name,) for name in broken), tuple(broken))):
        again = _with_proven(names, contract, judged) if names else own
        bad = _count_bad(again.results)
        is_worse |= bad > _count_bad(own.results) or _count_errors(again.results) > _count_errors(own.results)
        says_else = [result.message for result in again.results] != [result.message for result in own.results]
        if not bad or (names == tuple(broken) and says_else and not is_worse):
            note = f"{contract.name}: judged with a proven {', '.join(names)} in place of its own, which failed"
            return again, note, networks
    return own, "", others if is_worse else networks


def _with_proven(layers: Sequence[str], contract: Contract, judged: Judged) -> Judgement:
    """The judgement of a network with proven layers. All functions that share a forward are replaced together."""
    functions = {f.name for name in layers for f in contract_named(name).functions}
    kin = [contract_named(name).functions for name in contract.builds_on]
    functions |= {f.name for row in kin if any(g.name in functions for g in row) for f in row}
    offered = judged.session.inventory.functions
    with transplanting(judged.session, tuple(sorted(functions.intersection(offered)))):
        return judged.anew(contract)


def _count_bad(results: Sequence[Result]) -> int:
    return sum(result.status.is_bad and result.required for result in results)


def _count_errors(results: Sequence[Result]) -> int:
    return sum(result.status == Status.ERRORED for result in results)


def _excused(
    contract: Contract, own: tuple[Result, ...], others: Mapping[str, Sequence[Result]], judged: Judged
) -> tuple[Result, ...]:
    """The results, those skipped that failures below explain; of several explanations the one that earned least."""

    def earned(other: Result) -> float:
        return points.share_earned(judged.settled(other.contract)[0])

    bad = {result.check: _explanations(contract, result, others) for result in own if result.status.is_bad}
    explained = {check: min(found, key=earned) for check, found in bad.items() if found}
    results = tuple(_excused_by(explained[r.check], r) if r.check in explained else r for r in own)
    return points.with_share_below(results, {check: earned(other) for check, other in explained.items()})


def _excused_by(explanation: Result, result: Result) -> Result:
    words = f"{explanation.check} of {explanation.contract} {explanation.status.words}"
    reason = f"{words}, on which it builds, and one bug is charged once"
    plain = replace(result, status=Status.SKIPPED, message=reason, evidence=None, worst=None)
    return replace(plain, hint="", diagnosis=None, replay=None)


def _explanations(contract: Contract, result: Result, others: Mapping[str, Sequence[Result]]) -> list[Result]:
    """For each contract below that explains this failure, its first failure that does."""
    below = [{o.check: o for o in others.get(name, ()) if o.required} for name in contract.builds_on]
    first = (next((o for o in each.values() if _explains(contract, o, result, each)), None) for each in below)
    return [other for other in first if other is not None]


def _explains(contract: Contract, other: Result, result: Result, below: Mapping[str, Result]) -> bool:
    """Whether a failure below explains one above.

    The same check does, or one that it depends on. A failure of the interface does if it kept the layer's own check
    from being made, if the complaint is about the same value, or if the contract has no functions of its own. A
    contract that borrows a forward is not excused by the backward that it does not use.
    """
    borrows_forwards = bool(contract.borrowed) and not contract.transplants
    if not other.status.is_bad or (borrows_forwards and other.check in ("gradient", "finite_difference")):
        return False
    if other.check != "interface":
        return other.check in {result.check, *_dependencies(result.check)}
    if result.check == "interface":
        return not contract.own_functions() or result.message.split()[:1] == other.message.split()[:1]
    own = below.get(result.check)
    return own is not None and own.status == Status.SKIPPED


def _dependencies(check: str) -> set[str]:
    direct = next((*row.after, *row.yields_to, *row.within) for row in CHECKS if row.name == check)
    return {*direct, *(further for name in direct for further in _dependencies(name))}


def _notes(exam: Examination) -> list[str]:
    printed = max((record.observed.printed for record in exam.records), default=0)
    if not printed:
        return []
    return [f"{exam.contract.name}: the submission prints while it is judged (up to {printed:,} characters a case)"]
