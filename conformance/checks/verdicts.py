"""What a submission is judged by, and the verdicts of all checks on one contract's cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict, skipped
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import Check, checks_of
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.findings import Finding, Kind, found


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
    handed_out: frozenset[str] = frozenset()  # contracts that are the course's own: what fails there is a note


def gather(contract: Contract, session: Session, oracle: Oracle, plan: Plan) -> ContractRun:
    """Exercise the submission on the contract's cases and put the answers beside what came back."""
    cases = oracle.cases(contract, plan.dialect, plan.cases)
    records = [record_of(contract, case, session, oracle) for case in cases]
    kept = tuple(record for record in records if not record.is_declined)
    return ContractRun(contract, session, kept, tuple(r.error for r in records if r.is_declined and r.error))


def record_of(contract: Contract, case: Case, session: Session, oracle: Oracle) -> CaseRecord:
    """One case, its answer and what the submission gives; nothing of either where it refuses what it may refuse."""
    observed = session.run(contract, case)
    if contract.may_refuse(case) and (observed.error is not None or observed.oddities):
        return CaseRecord(contract, case, Answer({}, {}), Observed({}), is_refused=True)
    return CaseRecord(contract, case, oracle.answer(case), observed)


def verdicts(exam: ContractRun) -> dict[str, Verdict]:
    """Make every check that applies, in order; what depends on an unmet one is skipped with the reason."""
    unmet: dict[str, Status] = {}
    charged: dict[tuple[Finding, ...], str] = {}
    made = {}
    for check in checks_of(exam.contract):
        verdict = _verdict(check, exam, unmet)
        yielding = next((name for name in check.yields_to if name in unmet), None)
        if verdict.status.is_bad and yielding:
            verdict = skipped(_depends(yielding, unmet), *verdict.findings)
        if verdict.status in (Status.ERRORED, Status.TIMED_OUT):
            earlier = charged.setdefault(tuple(each.claim for each in verdict.findings), check.name)
            if earlier != check.name:
                verdict = skipped(*verdict.findings, found(Kind.CHARGED_TO, check=earlier))
        if verdict.status.is_bad:
            unmet[check.name] = verdict.status
        made[check.name] = verdict
    return made


def _depends(check: str, unmet: Mapping[str, Status]) -> Finding:
    return found(Kind.DEPENDS, check=check, status=unmet[check].value)


def results_of(exam: ContractRun, plan: Plan) -> tuple[Result, ...]:
    """The verdicts as results, with points and replay commands."""
    found = verdicts(exam)
    return tuple(_result(exam.contract, check, found[check.name], plan) for check in checks_of(exam.contract))


def _verdict(check: Check, exam: ContractRun, unmet: Mapping[str, Status]) -> Verdict:
    for name in check.after:
        if name in unmet:
            return skipped(_depends(name, unmet))
    return check.judge(exam, frozenset(unmet))


def _result(contract: Contract, check: Check, verdict: Verdict, plan: Plan) -> Result:
    case = verdict.findings[0].case if verdict.status.is_bad else None
    worth = plan.points.get(contract.name, {}).get(check.name, 0.0)
    return Result(
        contract=contract.name,
        check=check.name,
        status=verdict.status,
        required=plan.required.get(check.name, check.required and check.name not in contract.advisory),
        cases=verdict.cases,
        findings=verdict.findings,
        worst=verdict.worst,
        hint=verdict.hint,
        discreet_hint=verdict.hint,
        replay=plan.replay(case) if case else None,
        points=worth * points.earned(verdict),
        max_points=worth,
    )
