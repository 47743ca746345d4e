"""A submission is put to work on the cases of all contracts first; what it waits for changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.engine.gathering import gathered
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.contracts import contract_named

PLAN = Plan((contract_named("relu"), contract_named("tanh")), cases=3)


class Logged(LocalSession):
    """A session that tells which cases it is asked, and which it is told to be following."""

    def __init__(self, functions: Functions, log: list[str], broken: str = "") -> None:
        super().__init__(functions, local_session(functions).inventory)
        self._log, self._broken = log, broken

    def run(self, contract: Contract, case: Case, *, following: Case | None = None, **how: object) -> Observed:
        """Log it; planted: our own code fails at one contract."""
        self._log.append(f"run {case.id}, then {following.id if following else None}")
        if contract.name == self._broken:
            raise ZeroDivisionError("planted")
        return super().run(contract, case, **how)


class Slow(GoldenOracle):
    """An oracle whose answers are not there when somebody looks."""

    log: list[str]

    def is_ready(self, case: Case) -> bool:
        """None is."""
        return False

    def answer(self, case: Case) -> Answer:
        """Log it."""
        self.log.append(f"answer {case.id}")
        return super().answer(case)


@pytest.fixture
def slow() -> Slow:
    """That oracle, with a log of its own."""
    oracle = Slow.open(None, None)
    oracle.log = []
    return oracle


def verdicts(report: Run) -> list[object]:
    """All of a report but its times."""
    return [replace(result, replay=None, picture=None) for result in report.results]


def test_every_case_is_run_before_an_answer_is_waited_for(impl_functions: Functions, slow: Slow) -> None:
    """In the order of the plan; each run is told which case comes next, be it of another contract."""
    run("it", Logged(impl_functions, slow.log), slow, PLAN)
    ids = [case.id for contract in PLAN.contracts for case in slow.cases(contract, count=3)]
    assert slow.log[: len(ids)] == [
        f"run {this}, then {following}" for this, following in zip(ids, (*ids[1:], None), strict=True)
    ]
    assert slow.log[len(ids)] == f"answer {ids[0]}"


def test_an_answer_that_is_there_is_compared_meanwhile(impl_functions: Functions, slow: Slow) -> None:
    """Before the next case is waited for."""
    slow.is_ready = lambda _case: True
    run("it", Logged(impl_functions, slow.log), slow, PLAN)
    assert [line.split()[0] for line in slow.log[:4]] == ["run", "answer", "run", "answer"]


def test_when_answers_come_changes_no_verdict(impl_functions: Functions, slow: Slow) -> None:
    """Of a wrong function and of one that counts its calls."""
    counted = iter(range(10**6))

    def tanh_forward(x):
        value = np.tanh(x)
        return value * (1 + next(counted) % 7), value

    wrong = {**impl_functions, "relu_forward": lambda x: (np.abs(x), x), "tanh_forward": tanh_forward}
    late = run("it", local_session(wrong), slow, PLAN)
    counted = iter(range(10**6))
    early = run("it", local_session(wrong), GoldenOracle.open(None, None), PLAN)
    assert verdicts(late) == verdicts(early)
    assert not late.summary.is_clean


def test_a_contract_that_our_own_code_fails_at_leaves_the_others(impl_functions: Functions, slow: Slow) -> None:
    """It is broken, and they are judged."""
    report = run("it", Logged(impl_functions, slow.log, broken="relu"), slow, PLAN)
    assert {r.status for r in report.results if r.contract == "relu"} == {Status.BROKEN}
    assert Status.PASSED in {r.status for r in report.results if r.contract == "tanh"}
    assert "relu" not in gathered(Logged(impl_functions, [], broken="relu"), slow, PLAN)


def test_it_is_told_when_a_contract_has_been_exercised_and_when_it_is_judged(
    impl_functions: Functions, slow: Slow
) -> None:
    """All are exercised first."""
    told: list[str] = []
    run("it", local_session(impl_functions), slow, PLAN, told.append, lambda name: told.append(f"ran {name}"))
    assert told == ["ran relu", "ran tanh", "relu", "tanh"]


def test_the_time_of_a_contract_holds_what_its_cases_took(impl_functions: Functions, slow: Slow) -> None:
    """Though they were run before."""
    seen = gathered(local_session(impl_functions), slow, PLAN)
    assert all(seen[contract.name].seconds > 0 for contract in PLAN.contracts)
