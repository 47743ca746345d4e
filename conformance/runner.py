"""Contracts x cases x checks -> results. No printing, no pytest."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from platform import python_version

import numpy as np

from conformance import __version__, points
from conformance.checks import CHECKS, Check, checks_of, judge_values
from conformance.contract import Contract
from conformance.contracts import contract_named
from conformance.dialect import CONVENTIONS, DEFAULT, Dialect
from conformance.examination import Examination, Record, Verdict, skipped
from conformance.oracle import Oracle
from conformance.results import Result, Run, Status
from conformance.session import Session, transplanting

DIALECT_CHECKS = ("dropout_scaling", "forward", "gradient", "running_statistics")  # the first is charged


@dataclass(frozen=True)
class Plan:
    """What to judge and how."""

    contracts: tuple[Contract, ...]
    dialect: Dialect = DEFAULT
    cases: int | None = None
    required: Mapping[str, bool] = field(
        default_factory=dict
    )  # check -> required, where it differs from the check's default
    points: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # contract -> check -> what it is worth
    replay: Callable[[str], str] = "gradproof replay {}".format  # case id -> command
    assignment: str | None = None


def run(
    subject: str, session: Session, oracle: Oracle, plan: Plan, tick: Callable[[str], None] = lambda _name: None
) -> Run:
    """Judge a submission by every contract of the plan. ``tick`` is told each contract as it is done."""
    started = time.perf_counter()
    known: dict[str, tuple[Result, ...]] = {}
    notes = [*session.inventory.problems]
    cases = 0
    for contract in plan.contracts:
        exam = gather(contract, session, oracle, plan)
        cases += len(exam.records)
        known[contract.name] = judge(exam, oracle, plan)
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


def gather(contract: Contract, session: Session, oracle: Oracle, plan: Plan) -> Examination:
    """Exercise the submission on the contract's cases and put the answers beside what came back."""
    cases = oracle.cases(contract, plan.dialect, plan.cases)
    records = (Record(contract, case, oracle.answer(case), session.run(contract, case)) for case in cases)
    return Examination(contract, session, tuple(records))


def judge(exam: Examination, oracle: Oracle, plan: Plan) -> tuple[Result, ...]:
    """Make every check that applies, in order; what depends on an unmet one is skipped with the reason."""
    unmet: dict[str, Status] = {}
    charged: dict[str, str] = {}
    results = []
    for check in checks_of(exam.contract):
        verdict = _verdict(check, exam, unmet)
        yielding = next((name for name in check.yields_to if name in unmet), None)
        if verdict.status.is_bad and yielding:
            verdict = skipped(f"{yielding} {unmet[yielding].words}, and one bug is charged once; {verdict.message}")
        if verdict.status in (Status.ERRORED, Status.TIMED_OUT):
            earlier = charged.setdefault(verdict.message, check.name)
            if earlier != check.name:
                verdict = skipped(f"{verdict.message}; that is charged to {earlier}")
        if verdict.status.is_bad:
            unmet[check.name] = verdict.status
        results.append(_result(exam.contract, check, verdict, plan))
    return _with_hints(tuple(results), exam, oracle, plan)


class Judged:
    """The results of contracts on one submission, each judged when it is first asked for."""

    def __init__(
        self, session: Session, oracle: Oracle, plan: Plan, known: Mapping[str, tuple[Result, ...]] | None = None
    ) -> None:
        self.session, self.oracle, self.plan = session, oracle, plan
        self._known = dict(known or {})
        self._settled: dict[str, tuple[tuple[Result, ...], str]] = {}

    def __call__(self, name: str) -> tuple[Result, ...]:
        """The results of a contract; none if the submission does not offer it."""
        if name not in self._known:
            contract, offered = contract_named(name), set(self.session.inventory.functions)
            is_offered = contract in self.plan.contracts or contract.is_offered(offered)
            self._known[name] = self.anew(contract) if is_offered else ()
        return self._known[name]

    def settled(self, name: str) -> tuple[tuple[Result, ...], str]:
        """What :func:`settle` gives for a contract."""
        if name not in self._settled:
            self._settled[name] = settle(contract_named(name), self)
        return self._settled[name]

    def anew(self, contract: Contract) -> tuple[Result, ...]:
        """Judge a contract, whatever is known of it."""
        return judge(gather(contract, self.session, self.oracle, self.plan), self.oracle, self.plan)


def settle(contract: Contract, judged: Judged) -> tuple[tuple[Result, ...], str]:
    """The results of a contract in the light of the layers it builds on: one bug is charged once.

    A network is judged again with proven layers in place of those that failed, and the second verdict counts, with a
    note that says so. What else fails is skipped if a failure below explains it.
    """
    own = judged(contract.name)
    if not _count_bad(own):
        return own, ""
    others: Mapping[str, tuple[Result, ...]] = {name: judged(name) for name in contract.builds_on}
    note = ""
    if contract.transplants:
        layers = [name for name in others if not contract_named(name).transplants]
        own, note, others = _recovered(contract, own, layers, others, judged)
    return _excused(contract, own, others, judged), note


def _recovered(
    contract: Contract,
    own: tuple[Result, ...],
    layers: Sequence[str],
    others: Mapping[str, tuple[Result, ...]],
    judged: Judged,
) -> tuple[tuple[Result, ...], str, Mapping[str, tuple[Result, ...]]]:
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
        bad = _count_bad(again)
        is_worse |= bad > _count_bad(own) or _count_errors(again) > _count_errors(own)
        says_else = [result.message for result in again] != [result.message for result in own]
        if not bad or (names == tuple(broken) and says_else and not is_worse):
            note = f"{contract.name}: judged with a proven {', '.join(names)} in place of its own, which failed"
            return again, note, networks
    return own, "", others if is_worse else networks


def _with_proven(layers: Sequence[str], contract: Contract, judged: Judged) -> tuple[Result, ...]:
    """The results of a network with proven layers. All functions that share a forward are replaced together."""
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


def _verdict(check: Check, exam: Examination, unmet: Mapping[str, Status]) -> Verdict:
    for name in check.after:
        if name in unmet:
            return skipped(f"{name} {unmet[name].words}, and one bug is charged once")
    return check.judge(exam, frozenset(unmet))


def _result(contract: Contract, check: Check, verdict: Verdict, plan: Plan) -> Result:
    case = verdict.evidence.case if verdict.evidence else None
    worth = plan.points.get(contract.name, {}).get(check.name, 0.0)
    return Result(
        contract=contract.name,
        check=check.name,
        status=verdict.status,
        required=plan.required.get(check.name, check.required and check.name not in contract.advisory),
        cases=verdict.cases,
        message=verdict.message,
        evidence=verdict.evidence,
        worst=verdict.worst,
        hint=verdict.hint,
        replay=plan.replay(case) if case else None,
        points=worth * points.earned(verdict),
        max_points=worth,
    )


def _with_hints(results: tuple[Result, ...], exam: Examination, oracle: Oracle, plan: Plan) -> tuple[Result, ...]:
    status = {result.check: result.status for result in results}
    wrong_forward = status.get("forward") == Status.FAILED and status.get("gradient") == Status.SKIPPED
    if wrong_forward and status.get("finite_difference") == Status.PASSED:
        hint = "the backward is right for this forward; it is the forward that is wrong"
        results = _hinted(results, ("forward",), hint, None)
    broken = tuple(check for check in DIALECT_CHECKS if check in status and status[check].is_bad)
    other = _dialect_that_fits(exam, oracle, plan) if broken else None
    if other is not None:
        named = other.restricted(exam.contract.dialects)
        changed = [n for n in exam.contract.dialects if getattr(named, n) != getattr(plan.dialect, n)]
        words = "; ".join(CONVENTIONS[n][getattr(named, n)] for n in changed)
        tag = ",".join(f"{n}={getattr(named, n)}" for n in changed)
        results = _hinted(results, broken, f"right under another convention, {tag}: {words}", f"dialect:{tag}")
        results = tuple(_charged_already(r, broken[0]) if r.check in broken[1:] else r for r in results)
    return results


def _charged_already(result: Result, check: str) -> Result:
    reason = f"{check} failed by the same convention, and one bug is charged once; {result.message}"
    return replace(result, status=Status.SKIPPED, message=reason, evidence=None, worst=None, replay=None)


def _hinted(results: tuple[Result, ...], checks: Sequence[str], hint: str, diagnosis: str | None) -> tuple[Result, ...]:
    return tuple(
        replace(r, hint="; ".join(filter(None, (r.hint, hint))), diagnosis=diagnosis) if r.check in checks else r
        for r in results
    )


def _dialect_that_fits(exam: Examination, oracle: Oracle, plan: Plan) -> Dialect | None:
    for dialect in plan.dialect.variants(exam.contract.dialects):
        other = gather(exam.contract, exam.session, oracle, replace(plan, dialect=dialect, cases=None))
        verdicts = [judge_values(name, other) for name in DIALECT_CHECKS]
        if any(v.status == Status.PASSED for v in verdicts) and not any(v.status.is_bad for v in verdicts):
            return dialect
    return None


def _notes(exam: Examination) -> list[str]:
    printed = max((record.observed.printed for record in exam.records), default=0)
    if not printed:
        return []
    return [f"{exam.contract.name}: the submission prints while it is judged (up to {printed:,} characters a case)"]
