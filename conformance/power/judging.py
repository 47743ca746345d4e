"""One trial judged: which checks see that it is wrong, and whether its mistake is named."""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from typing import Any

from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.power.submissions import Trial, asked, conventions_of_impl, repeatable, session_of
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.findings import OF_THE_CALL

TIME_LIMIT = "time_limit"


@dataclass(frozen=True)
class Outcome:
    """What the suite said of a trial.

    Args:
        trial: what was judged.
        killers: the required checks that see a fault, ``contract.check``, in the order they are made.
        advisory: the advisory ones.
        diagnoses: of a misconception, the ids that the contract it belongs to names.
        named: of a mutant that is killed by its values or shapes, whether its mistake is named; None if that was not
            asked. What only raises is told by its exception.
        cases: how many were run.
        problem: what the suite itself raised over it, which is no verdict.
    """

    trial: Trial
    killers: tuple[str, ...] = ()
    advisory: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    cases: int = 0
    problem: str = ""
    named: bool | None = None

    @property
    def is_killed(self) -> bool:
        """Whether a required check sees a fault."""
        return bool(self.killers)

    def plain(self) -> dict[str, Any]:
        """For JSON: what was not asked is left out."""
        plain = asdict(self)
        return plain if self.named is not None else {key: value for key, value in plain.items() if key != "named"}


def outcome(trial: Trial, oracle: Oracle, cases: int | None = None) -> Outcome:
    """Judge a trial by all of its contracts. The same in every process and on every machine.

    A mutant that survives is judged under the other conventions that ``impl`` can be asked for, too.
    """
    contracts = [contract_named(name) for name in trial.contracts]
    with session_of(trial) as session, redirect_stdout(io.StringIO()):
        found = [_by_one(contract, trial, session, oracle, Plan((contract,), cases=cases)) for contract in contracts]
        if trial.kind == "mutant" and not any(each.killers for each in found):
            found += [
                _by_one(contract, trial, asked(session, dialect), oracle, Plan((contract,), dialect))
                for contract in contracts
                for dialect in DEFAULT.variants(conventions_of_impl(contract))
            ]
    return Outcome(
        trial,
        tuple(dict.fromkeys(killer for each in found for killer in each.killers)),
        tuple(dict.fromkeys(check for each in found for check in each.advisory)),
        tuple(dict.fromkeys(name for each in found for name in each.diagnoses)),
        sum(each.cases for each in found),
    )


def with_name(trial: Trial, oracle: Oracle) -> Outcome:
    """Whether a mutant that is killed is given a name by the first of its contracts; not asked if it only raises.

    A name that the diagnosis gives has the very values of the mutant in every case, right ones and wrong ones.
    """
    contract = contract_named(trial.contracts[0])
    plan = Plan((contract,))
    with session_of(trial) as session, redirect_stdout(io.StringIO()), repeatable(trial.name, contract.name):
        results = judge(gather(contract, session, oracle, plan), oracle, plan)
    bad = [result for result in results if result.required and result.status.is_bad]
    is_asked = any(finding.kind not in OF_THE_CALL for result in bad for finding in result.findings)
    return Outcome(trial, named=any(result.diagnosis for result in bad) if is_asked else None)


def _by_one(contract: Contract, trial: Trial, session: Session, oracle: Oracle, plan: Plan) -> Outcome:
    with repeatable(trial.name, contract.name):
        exam = gather(contract, session, oracle, plan)
        killers, advisory = _split(contract, tuple(failing(exam)))
        is_at_home = trial.kind == "misconception" and contract.name == trial.contracts[0]
        named = _named(exam, oracle, plan) if is_at_home else ()
    return Outcome(trial, killers, advisory, named, len(exam.records))


def failing(exam: ContractRun) -> Iterator[str]:
    """The checks that see a fault, each asked as if no other had; but not those that only follow one that has.

    The runner charges one bug once and skips what it explains. The first check that fails has nothing before it, so
    it fails there as it does here: both kill the same mutants, by the same first check. What follows a failed check
    could be neither the first nor the only one to see it.
    """
    seen: set[str] = set()
    for check in checks_of(exam.contract):
        if seen.isdisjoint(check.after) and check.judge(exam, frozenset()).status.is_bad:
            seen.add(check.name)
            yield check.name


def _split(contract: Contract, failed: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    required = {check.name for check in checks_of(contract) if check.required} - set(contract.advisory)
    killers = tuple(f"{contract.name}.{name}" for name in failed if name in required)
    return killers, tuple(f"{contract.name}.{name}" for name in failed if name not in required)


def _named(exam: ContractRun, oracle: Oracle, plan: Plan) -> tuple[str, ...]:
    told = [result.diagnosis for result in judge(exam, oracle, plan) if result.diagnosis and result.status.is_bad]
    return tuple(dict.fromkeys(word for text in told for word in re.findall(r"\w+:\w+", text)))
