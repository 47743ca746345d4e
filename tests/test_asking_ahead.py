"""The next case is asked while the last one is judged; whoever asks something else then gets a fresh process."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gradproof.conformance.checks.verdicts import Plan, gather
from gradproof.conformance.grading.returned.sessions import Remembering
from gradproof.conformance.grading.returned.tape import Tape
from gradproof.conformance.harness import wire
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.sandbox.allowance import Stopped
from gradproof.conformance.sandbox.connection import Connection
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.cases import Case, draw_case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found

RELU = contract_named("relu")
FIRST, SECOND, THIRD = (draw_case(RELU, 0, index) for index in range(3))
DONE = {"event": "done", "error": None, "printed": 0, "watched": {}, "parameters": [], "script": [], "oddities": {}}


class Heard(Connection):
    """A connection with no process at its other end, which keeps what is sent."""

    def __init__(self, fails: bool = False) -> None:
        self.launch = SimpleNamespace(is_confined=False)  # type: ignore[assignment]
        self.sent: list[str] = []
        self.fails = fails
        self.is_closed = False

    def _send(self, header: Mapping[str, object], arrays: object) -> None:
        self.sent.append(str(header["op"]))
        if self.fails:
            raise Stopped(found(Kind.TIMED_OUT, how="late", seconds=1.0))

    def receive(self) -> wire.Message:
        """The end of whatever was asked."""
        return wire.Message(dict(DONE), {"value": np.zeros(2)})

    def close(self) -> None:
        """Given up."""
        self.is_closed = True


class Told(Sandbox):
    """A submission whose processes only keep what is sent to them."""

    def _start(self, asked: Collection[str] = ()) -> Connection:
        self.heard = [*getattr(self, "heard", []), Heard()]
        self._inventory = Inventory({"relu_forward": "mine.py", "relu_backward": "mine.py"})
        self._connection = self.heard[-1]
        return self._connection


def test_what_was_asked_ahead_is_not_asked_again() -> None:
    """Two cases, two requests, and the second is there before its answer is wanted."""
    sandbox = Told(Path("mine.py"))
    sandbox.run(RELU, FIRST, following=SECOND)
    assert sandbox.heard[0].sent == ["run", "run"]
    sandbox.run(RELU, SECOND)
    assert sandbox.heard[0].sent == ["run", "run"]


@pytest.mark.parametrize("other", [THIRD, SECOND.with_inputs({name: a.copy() for name, a in SECOND.inputs.items()})])
def test_a_process_that_works_on_something_else_is_given_up(other: Case) -> None:
    """Another case, or the same with other arrays, is asked of a fresh one: no answer is taken for another's."""
    sandbox = Told(Path("mine.py"))
    sandbox.run(RELU, FIRST, following=SECOND)
    sandbox.run(RELU, other)
    assert [(each.sent, each.is_closed) for each in sandbox.heard] == [(["run", "run"], True), (["run"], False)]


def test_a_request_that_could_not_be_sent_ahead_fails_where_its_answer_is_wanted() -> None:
    """Not in the case before, whose answer is there."""
    connection = Heard(fails=True)
    connection.send_ahead({"op": "run"}, {})
    with pytest.raises(Stopped):
        connection.send({"op": "run"}, {})


def test_each_case_is_told_which_one_is_following() -> None:
    """The last of a contract is followed by none."""
    asked: list[tuple[int, int | None]] = []

    class Noting:
        """A session that notes what it is told."""

        transplanted = ()

        def run(self, contract: Contract, case: Case, *, following: Case | None = None) -> Observed:
            """Nothing comes back."""
            asked.append((case.index, following and following.index))
            return Observed({})

    gather(RELU, Noting(), GoldenOracle.open(None, None), Plan((RELU,), cases=3))  # type: ignore[arg-type]
    drawn = [pair for pair in asked if pair[0] < 3]
    assert drawn[:2] == [(0, 1), (1, 2)]
    assert asked[-1][1] is None


@pytest.mark.parametrize(("kept", "sent"), [(False, ["run", "run"]), (True, ["run"])])
def test_who_keeps_a_tape_asks_ahead_as_long_as_nothing_is_known(kept: bool, sent: list[str]) -> None:
    """What follows may be on a tape that is there, and then the submission is not asked."""
    tape, sandbox = Tape(), Told(Path("mine.py"))
    if kept:
        tape.add(RELU, "asked before", Observed({}))
    Remembering(tape, lambda: sandbox).run(RELU, FIRST, following=SECOND)
    assert sandbox.heard[0].sent == sent
