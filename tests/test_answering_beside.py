"""Torch at work in a process of its own: what it answers is what it answers here, and it fails nobody."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("torch")

from gradproof.conformance.cli.check import check
from gradproof.conformance.oracle import beside
from gradproof.conformance.oracle.answering import answers_to
from gradproof.conformance.oracle.beside import Answering, beginning
from gradproof.conformance.oracle.helped import Beside, with_help
from gradproof.conformance.oracle.oracle import TorchOracle, pick
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT

pytestmark = pytest.mark.needs_torch
AFFINE = contract_named("affine")
RIGHT = Path(__file__).parent.parent / "examples" / "submissions" / "right_flat.py"


@pytest.fixture(scope="module")
def answering() -> Iterator[Answering]:
    """A process that answers."""
    process = Answering()
    yield process
    process.close()


class Unasked(TorchOracle):
    """One that draws, and is not to answer."""

    def answer(self, case: object) -> Answer:
        """No answer."""
        raise AssertionError(case)


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same, to the bit."""
    return all(
        a.keys() == b.keys() and all(a[n].tobytes() == b[n].tobytes() and a[n].dtype == b[n].dtype for n in a)
        for a, b in ((one.values, other.values), (one.units, other.units))
    )


def test_what_was_made_of_a_case_does_not_travel_with_it(answering: Answering) -> None:
    """It may be something that cannot."""
    case, *_ = TorchOracle(5).cases(AFFINE, DEFAULT, 1)
    case.kept["made"] = lambda: None
    (told,) = answering.ask((case,)).result(60)
    assert told is not None
    assert same(told, TorchOracle(5).answer(case))


@pytest.mark.parametrize("name", ["affine", "batchnorm", "dropout"])
def test_it_answers_as_this_process_does(answering: Answering, name: str) -> None:
    """To the bit, under another seed than that of the recorded answers too; this process is not asked."""
    contract, here = contract_named(name), TorchOracle(3)
    oracle = Beside(Unasked(3), answering)
    for case in oracle.cases(contract, DEFAULT, 4):
        if not case.source:
            assert same(oracle.answer(case), here.answer(case)), case.id


def test_check_has_its_help(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn cases are answered there, and the report is what it was."""
    monkeypatch.setattr(beside, "beginning", lambda *_: nullcontext(answering))
    monkeypatch.setattr(TorchOracle, "_computed", Unasked.answer)
    arguments = [str(RIGHT), "--only", "relu", "--cases", "3", "--oracle", "torch"]
    done = CliRunner().invoke(check, arguments)
    assert done.exit_code == 0, done.output
    assert "oracle torch" in done.output


def test_who_has_not_drawn_a_case_is_answered_here(answering: Answering) -> None:
    """So is who asks for a published one."""
    case = TorchOracle(5).cases(AFFINE, DEFAULT, 1)[0]
    assert same(Beside(TorchOracle(5), answering).answer(case), TorchOracle(5).answer(case))


def test_an_answer_is_ready_when_it_has_come(answering: Answering) -> None:
    """Whoever asks for one that has not waits for it."""
    oracle = Beside(Unasked(11), answering)
    (case, other, *_) = oracle.cases(AFFINE, DEFAULT, 2)
    told = oracle._told.pop(other.id)
    assert not oracle.is_ready(other)
    oracle._told[other.id] = told
    oracle.answer(case)
    assert oracle.is_ready(case)
    assert oracle.is_ready(other), "they come together"


def test_what_that_process_fails_at_is_done_here_and_told_here(answering: Answering) -> None:
    """A case without its inputs ends in the error that it always ended in."""

    class Bare(TorchOracle):
        def cases(self, *given: object) -> tuple[object, ...]:
            return tuple(replace(case, inputs={}) for case in super().cases(*given))

    oracle = Beside(Bare(7), answering)
    (case, *_) = oracle.cases(AFFINE, DEFAULT, 1)
    with pytest.raises(TypeError, match="missing"):
        oracle.answer(case)


def test_where_the_process_ends_the_answers_come_from_here() -> None:
    """Those that were asked before it ended, and those that are asked after."""
    threads = threading.active_count()
    process = Answering()
    oracle = Beside(TorchOracle(0), process)
    (first, *_) = oracle.cases(AFFINE, DEFAULT, 1)
    process._process.kill()
    assert same(oracle.answer(first), TorchOracle(0).answer(first))
    (other, *_) = oracle.cases(contract_named("relu"), DEFAULT, 1)
    assert same(oracle.answer(other), TorchOracle(0).answer(other))
    process.close()
    assert threading.active_count() == threads


def test_contracts_of_a_file_are_answered_here(answering: Answering) -> None:
    """That process knows none of them."""
    asked: list[object] = []

    class Noting:
        def ask(self, cases: object) -> None:
            asked.append(cases)

    contract = replace(AFFINE, place="rows.py, line 1")
    assert isinstance(contract, Contract)
    oracle = Beside(TorchOracle(0), Noting())  # type: ignore[arg-type]
    assert oracle.cases(contract, DEFAULT, 1)
    assert not asked


def test_it_ends_with_the_suite() -> None:
    """Where its requests end, be the suite killed."""
    code = "import sys; from gradproof.conformance.oracle.beside import Answering; Answering(); print(1, flush=True)"
    code += "; import os; os._exit(1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 1  # and its standard error, which that process would hold open, is at its end


def test_no_process_begins_where_there_is_nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """For another oracle, or where torch is imported already."""
    monkeypatch.setattr(beside, "Answering", lambda: pytest.fail("a process"))
    for name, fixtures in (("golden", None), ("auto", "a set"), ("torch", None)):
        with beginning(name, fixtures) as none:
            assert none is None


def test_a_process_that_cannot_begin_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch answers in this process then."""

    def fails() -> None:
        raise BlockingIOError

    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setattr(beside, "Answering", fails)
    with beginning("auto", None) as none:
        assert isinstance(with_help(pick("torch", 0, None), none), TorchOracle)


def test_an_answer_that_fails_is_none() -> None:
    """And the others of its request are there."""
    case = TorchOracle(0).cases(AFFINE, DEFAULT, 1)[0]
    answers = answers_to(pickle.loads(pickle.dumps((replace(case, inputs={}), case))))
    assert [answer is None for answer in answers] == [True, False]
