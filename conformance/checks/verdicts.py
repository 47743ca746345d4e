"""What a submission is judged by, and the verdicts of all checks on one contract's cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import Examination, Record, Verdict, skipped
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import Check, checks_of
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.conventions import DEFAULT, Dialect


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


def gather(contract: Contract, session: Session, oracle: Oracle, plan: Plan) -> Examination:
    """Exercise the submission on the contract's cases and put the answers beside what came back."""
    cases = oracle.cases(contract, plan.dialect, plan.cases)
    return Examination(contract, session, tuple(record_of(contract, case, session, oracle) for case in cases))


def record_of(contract: Contract, case: Case, session: Session, oracle: Oracle) -> Record:
    """One case, its answer and what the submission gives."""
    return Record(contract, case, oracle.answer(case), session.run(contract, case))


def verdicts(exam: Examination) -> dict[str, Verdict]:
    """Make every check that applies, in order; what depends on an unmet one is skipped with the reason."""
    unmet: dict[str, Status] = {}
    charged: dict[str, str] = {}
    found = {}
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
        found[check.name] = verdict
    return found


def results_of(exam: Examination, plan: Plan) -> tuple[Result, ...]:
    """The verdicts as results, with points and replay commands."""
    found = verdicts(exam)
    return tuple(_result(exam.contract, check, found[check.name], plan) for check in checks_of(exam.contract))


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
