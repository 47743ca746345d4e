"""The oracle at work beside a submission: what it finds ahead, how it ends, and that it fails nobody."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from gradproof.conformance.engine import runner
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import VacuousCaseError
from gradproof.conformance.oracle.ahead import answering_ahead
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.contracts import contract_named

LONG = 60.0  # seconds in which a thread gets to run
RIGHT = Path(__file__).parent.parent / "examples" / "submissions" / "right_flat.py"


class Asked:
    """An oracle that notes what it is asked."""

    name, seed = "torch", 0

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.has_begun = threading.Event()

    def answer(self, case: object) -> Answer:
        """Nothing, at once."""
        self.asked.append(case)
        self.has_begun.set()
        return Answer({}, {})


def test_answers_are_found_before_anybody_asks() -> None:
    """In their order."""
    oracle = Asked()
    with answering_ahead(oracle, count()):
        assert oracle.has_begun.wait(LONG)
    assert oracle.asked[:1] == [0]


def test_it_ends_with_its_context() -> None:
    """However many cases there are, and though what is beside it fails."""
    threads, oracle = threading.active_count(), Asked()
    with suppress(ZeroDivisionError), answering_ahead(oracle, count()):
        assert oracle.has_begun.wait(LONG)
        raise ZeroDivisionError
    assert threading.active_count() == threads


def test_a_failure_ahead_is_nobodys() -> None:
    """Who asks for that answer is told."""

    def cases() -> Iterator[Case]:
        raise VacuousCaseError
        yield

    with answering_ahead(Asked(), cases()):
        pass


def test_a_submission_in_a_process_has_the_oracle_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers the plan's own cases."""
    oracle, ahead = GoldenOracle.open(None, None), []
    monkeypatch.setattr(runner, "answering_ahead", lambda *given: (ahead.extend(given[1]), answering_ahead(*given))[1])
    plan = Plan((contract_named("relu"),), cases=2)
    with Sandbox(RIGHT) as session:
        report = run("right", session, oracle, plan)
    assert report.summary.is_clean
    assert [case.id for case in ahead if not case.source] == ["relu/0/0", "relu/0/1"]
