"""What a submission is judged by, and the verdicts of all checks on one contract's cases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from gradproof.conformance.checks import points
from gradproof.conformance.checks.differences import judge_differences
from gradproof.conformance.checks.invariants import gives_only_zeros, interface_complaints
from gradproof.conformance.checks.pictures import picture_of
from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict, broken, skipped
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import Check, checks_of, is_required
from gradproof.conformance.errors import PASSING, UsageError
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.asked.scope import EVERYTHING, Scope
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.findings import CheckName, Finding, Kind, found
from gradproof.conformance.spec.values import raised_by_us
from gradproof.conformance.spec.words.said import say

LEFT_OUT = (Kind.LACKS_GRADIENT, Kind.NO_DROPOUT_CALL)  # of a layer that a network does without


@dataclass(frozen=True)
class Plan:
    """What to judge and how."""

    contracts: tuple[Contract, ...]
    dialect: Dialect = DEFAULT
    cases: int | None = None
    required: Mapping[str, bool] = field(default_factory=dict)  # check, or contract.check -> where it is not as always
    points: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # contract -> check -> what it is worth
    replay: Callable[[str], str] = "gradproof replay {}".format  # case id -> command
    assignment: str | None = None
    hidden: frozenset[str] = frozenset()  # checks, or contract.check, that students are not told of

    def hides(self, contract: str, check: str) -> bool:
        """Whether students are not told of a check."""
        return not self.hidden.isdisjoint((check, f"{contract}.{check}"))

    handed_out: frozenset[str] = frozenset()  # contracts that are the course's own: what fails there is a note
    unasked: frozenset[str] = frozenset()  # contracts that stand here instead of others, if these are not what is meant
    offered: frozenset[str] = frozenset()  # contracts that nobody asked for, judged since their functions are there
    strict: bool = False  # a mistake that has a name may cost all of a contract's points, not half of them
    scopes: Mapping[str, Scope] = field(default_factory=dict)  # contract -> the cases that its text asks for
    withdrawn: frozenset[str] = frozenset()  # ids of cases that are not judged


def gather(contract: Contract, session: Session, oracle: Oracle, plan: Plan) -> ContractRun:
    """Exercise the submission on the contract's cases and put the answers beside what came back."""
    cases = cases_of(contract, oracle, plan, plan.dialect, plan.cases)
    followed = zip(cases, (*cases[1:], None), strict=True)
    records = [record_of(contract, case, session, oracle, following) for case, following in followed]
    return exam_of(contract, records, session, oracle, plan)


def exam_of(
    contract: Contract, records: Sequence[CaseRecord], session: Session, oracle: Oracle, plan: Plan
) -> ContractRun:
    """What is judged, of the records of all cases of a contract."""
    kept = tuple(record for record in records if not record.is_declined)
    declined = tuple(r.error for r in records if r.is_declined and r.error)
    return ContractRun(contract, session, kept, declined, _withdrawn(contract, oracle, plan))


def _withdrawn(contract: Contract, oracle: Oracle, plan: Plan) -> tuple[CaseRecord, ...]:
    """The cases that would be asked if they had not been withdrawn, with their answers; nothing came back of them."""
    scope = plan.scopes.get(contract.name, EVERYTHING)
    drawn = oracle.cases(contract, plan.dialect, plan.cases) if plan.withdrawn else ()
    gone = (case for case in drawn if case.id in plan.withdrawn and scope.holds(case))
    return tuple(CaseRecord(contract, case, oracle.answer(case), Observed({})) for case in gone)


def cases_of(contract: Contract, oracle: Oracle, plan: Plan, dialect: Dialect, count: int | None) -> tuple[Case, ...]:
    """The cases of a contract that an assignment's text asks for. Raises UsageError if there are none."""
    scope = plan.scopes.get(contract.name, EVERYTHING)
    drawn = oracle.cases(contract, dialect, count)
    cases = tuple(case for case in drawn if scope.holds(case) and case.id not in plan.withdrawn)
    if not cases:
        raise UsageError(
            say(
                "no case of {name} has {words}; leave that out, or ask for more cases",
                name=contract.name,
                words=scope.words,
            )
        )
    return cases


def cases_of_all(oracle: Oracle, plan: Plan) -> Iterator[Case]:
    """Those of all contracts. All are drawn first: who answers in a process of its own does so from then on."""
    drawn = [cases_of(contract, oracle, plan, plan.dialect, plan.cases) for contract in plan.contracts]
    for cases in drawn:
        yield from cases


def record_of(
    contract: Contract, case: Case, session: Session, oracle: Oracle, following: Case | None = None
) -> CaseRecord:
    """One case put to the submission, which may be at work on the one that is following while this is compared."""
    return compared(contract, case, session.run(contract, case, following=following), oracle)


def compared(contract: Contract, case: Case, observed: Observed, oracle: Oracle) -> CaseRecord:
    """One case, its answer and what the submission gave; nothing of either where it refuses what it may refuse."""
    is_ours = observed.error is not None and observed.error.kind == Kind.HARNESS
    refuses = not is_ours and (observed.error is not None or bool(observed.oddities))
    if refuses and contract.may_still_refuse(case, answered=bool(observed.arrays)):
        return CaseRecord(contract, case, Answer({}, {}), Observed({}), is_refused=True)
    answer = oracle.answer(case)
    record = CaseRecord(contract, case, answer.of(observed.arrays) if observed.left_out else answer, observed)
    with suppress(Exception):  # it fails again where it is judged, and is told there
        _ = record.comparisons
    return record


def verdicts(exam: ContractRun, hides: Callable[[str], bool] = lambda _check: False) -> dict[str, Verdict]:
    """Make every check that applies, in order; what depends on an unmet one is skipped with the reason.

    Of those that students are not told of (``hides``) the others show nothing: they are made, whatever became of these,
    and what is found is kept beside the reason for which it is not charged.
    """
    unmet: dict[str, Status] = {}
    charged: dict[tuple[Finding, ...], str] = {}
    made = {}
    for check in checks_of(exam.contract):
        seen = {name: status for name, status in unmet.items() if hides(check.name) or not hides(name)}
        verdict = _verdict(check, exam, seen)
        yielding = next((name for name in (*check.yields_to, *check.after) if name in unmet), None)
        if verdict.status.is_bad and yielding:
            told = skipped(_depends(yielding, unmet), *verdict.findings)
            verdict = _yielded(check, exam, verdict, yielding, unmet) if yielding in check.yields_to else told
        if verdict.status in (Status.ERRORED, Status.TIMED_OUT):
            earlier = charged.setdefault(tuple(each.claim for each in verdict.findings), check.name)
            if earlier != check.name:
                verdict = skipped(*verdict.findings, found(Kind.CHARGED_TO, check=earlier))
        if verdict.status.is_bad:
            unmet[check.name] = verdict.status
        made[check.name] = verdict
    return points.none_if_all_wrong(_without_what_outputs_show(exam, made, hides))


def _without_what_outputs_show(
    exam: ContractRun, made: Mapping[str, Verdict], hides: Callable[[str], bool]
) -> dict[str, Verdict]:
    """The verdicts; that a network leaves a layer out is charged once, where its outputs show it in each such case."""
    interface, forward = made.get(CheckName.INTERFACE), made.get(CheckName.FORWARD)
    if interface is None or forward is None or not (interface.status.is_bad and forward.status.is_bad):
        return dict(made)
    is_left_out = all(finding.kind in LEFT_OUT for finding in interface.findings)
    strange = (record for record in exam.records if any(True for _ in interface_complaints(record)))
    if not is_left_out or hides(CheckName.FORWARD) or not all(r.shows(CheckName.FORWARD) for r in strange):
        return dict(made)
    told = skipped(_depends(CheckName.FORWARD, {CheckName.FORWARD: forward.status}), *interface.findings)
    return {**made, CheckName.INTERFACE: replace(told, right=interface.right, share=interface.share)}


def _yielded(check: Check, exam: ContractRun, verdict: Verdict, yielding: str, unmet: Mapping[str, Status]) -> Verdict:
    """A verdict that yields to another check's, where that explains it: an excuse is shown, not assumed.

    What fails in a case in which the other has nothing to find fault with is charged, unless the backward is the
    derivative of the submission's own forward. Where it is that, it earns its points.
    """
    apart = exam.only(record for record in exam.records if _is_right_in(record, yielding))
    alone = check.judge(apart, frozenset(unmet))
    is_derivative = check.name == CheckName.GRADIENT and _is_derivative(exam, apart, frozenset(unmet))
    if alone.status.is_bad and not is_derivative:
        return alone
    told = skipped(_depends(yielding, unmet), *verdict.findings)
    share = max(points.share_computed(exam), verdict.right or 0.0) if is_derivative else None
    return replace(told, right=verdict.right, share=share)


def _is_right_in(record: CaseRecord, check: str) -> bool:
    """Whether a check judges something in this case and finds no fault with it."""
    return bool(record.judged_by(check)) and not record.shows(check)


def _is_derivative(exam: ContractRun, apart: ContractRun, unmet: frozenset[str]) -> bool:
    """Whether finite differences agree with the gradients that are wrong, those beside right outputs first."""
    for part in (apart, exam):
        wrong = part.only(record for record in part.records if record.shows(CheckName.GRADIENT))
        status = judge_differences(wrong, unmet).status
        if status.is_bad or (part is exam and status != Status.PASSED):
            return False
    return True


def _depends(check: str, unmet: Mapping[str, Status]) -> Finding:
    return found(Kind.DEPENDS, check=check, status=unmet[check].value)


def results_of(exam: ContractRun, plan: Plan) -> tuple[Result, ...]:
    """The verdicts as results, with points and replay commands."""
    found = verdicts(exam, partial(plan.hides, exam.contract.name))
    made = (_result(exam.contract, check, found[check.name], plan) for check in checks_of(exam.contract))
    return tuple(replace(r, picture=picture_of(exam, r.findings)) if r.status.is_bad else r for r in made)


def _verdict(check: Check, exam: ContractRun, unmet: Mapping[str, Status]) -> Verdict:
    if exam.our_fault is not None:
        return broken(exam.our_fault)
    for name in check.after:
        if name in unmet:
            return skipped(_depends(name, unmet))
    if CheckName.INTERFACE in unmet and gives_only_zeros(exam):
        return skipped(_depends(CheckName.INTERFACE, unmet))
    try:
        return check.judge(exam, frozenset(unmet))
    except (UsageError, *PASSING):
        raise
    except Exception as ours:  # noqa: BLE001 - a bug of ours is nobody's failure
        return broken(found(Kind.HARNESS, exception=raised_by_us(ours)))


def unjudged(contract: Contract, plan: Plan, error: BaseException) -> tuple[Result, ...]:
    """The results of a contract that cannot be judged, because our own code failed: nothing is earned or lost."""
    verdict = broken(found(Kind.HARNESS, exception=raised_by_us(error, contract.exercise)))
    return tuple(_result(contract, check, verdict, plan) for check in checks_of(contract))


def _result(contract: Contract, check: Check, verdict: Verdict, plan: Plan) -> Result:
    case = verdict.findings[0].case if verdict.status.is_bad else None
    is_judged = not any(finding.kind == Kind.NO_CASES for finding in verdict.findings)
    worth = plan.points.get(contract.name, {}).get(check.name, 0.0) if is_judged else 0.0
    is_advisory = not check.required or check.name in contract.advisory
    return Result(
        contract=contract.name,
        check=check.name,
        status=verdict.status,
        required=is_required(contract.name, check.name, plan.required, otherwise=not is_advisory),
        cases=verdict.cases,
        findings=verdict.findings,
        worst=verdict.worst,
        hint=verdict.hint,
        discreet_hint=verdict.hint,
        replay=plan.replay(case) if case else None,
        points=worth * points.earned(verdict),
        max_points=worth,
        right=verdict.right,
    )
