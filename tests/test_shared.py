"""Code that changes what all code of its process uses: it is judged all the same, or told the cause."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import RELU, Judge, bad_checks

from gradproof import impl
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.harness.global_state import shared
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.english import sentence


def written(tmp_path: Path, *lines: str) -> Path:
    """A right file that begins with these lines."""
    (tmp_path / "layers.py").write_text("\n".join((*lines, RELU)))
    return tmp_path / "layers.py"


def test_what_our_own_code_needs_is_its_own(tmp_path: Path, oracle: Oracle) -> None:
    """Answers come back, and time goes on; a note names what was changed."""
    changes = "json.dumps = time.monotonic = warnings.catch_warnings = np.errstate = None"
    path = written(tmp_path, "import json, time, warnings, numpy as np", changes)
    with Sandbox(path) as session:
        made = run("layers.py", session, oracle, Plan((contract_named("relu"),), cases=2))
    assert made.summary.is_clean
    told = "importing layers.py puts something else in the place of json.dumps, np.errstate, time.monotonic, warnings."
    assert made.notes[0].startswith(told)


def test_where_our_code_fails_for_it_that_is_the_cause(tmp_path: Path, oracle: Oracle) -> None:
    """No function ended the process, and none is said to have."""
    relu = contract_named("relu")
    with Sandbox(written(tmp_path, "import numpy as np", "np.ndarray = list"), is_proven=True) as session:
        error = session.run(relu, oracle.cases(relu, DEFAULT, 1)[0]).error
    assert error is not None
    assert sentence(error).startswith("relu_forward left gradproof's own code in its process unable to go on")


def test_what_cannot_even_be_loaded_beside_it_says_so(tmp_path: Path) -> None:
    """Nothing answers there, and importing the file did not end the process."""
    path = written(tmp_path, "import builtins", "builtins.len = lambda _: 0")
    with Sandbox(path) as session, pytest.raises(SubmissionUnusable, match="what all code uses"):
        _ = session.inventory


def test_what_is_added_or_silenced_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old name put back, and no more printing: nobody fails for that. A name of NumPy's is told of."""
    monkeypatch.setattr(np.linalg, "norm", np.linalg.norm)
    monkeypatch.setattr("builtins.print", print)
    added = "builtins.print = builtins.range_of_mine = range"
    path = written(tmp_path, "import builtins, numpy as np", added, "np.linalg.norm = len")
    (note,) = in_this_process(path).inventory.problems
    monkeypatch.delattr("builtins.range_of_mine")
    assert "in the place of np.linalg.norm, for" in note


def at_the_seventeenth_call(calls: list[bool]) -> bool:
    """Of a case that nobody looks at again."""
    return len(calls) == 17


def in_a_row(calls: list[bool]) -> bool:
    """Where no gradient is asked for after the forward, for the first time: finite differences."""
    return sum(map(all, zip(calls, calls[1:], calls[2:], strict=False))) == 1 and all(calls[-3:])


@pytest.mark.parametrize("is_time", [at_the_seventeenth_call, in_a_row])
def test_what_is_put_elsewhere_in_a_single_call_is_told(
    judge_impl: Judge, is_time: Callable[[list[bool]], bool]
) -> None:
    """Though it is put back at once, and is put there by a function that is registered on the way."""
    calls: list[bool] = []

    @functools.singledispatch
    def relu_forward(x):
        raise TypeError(x)

    def meddling(x):
        np.square = np.abs
        relu_forward.register(np.ndarray, plain)
        return impl.relu_forward(x)

    @relu_forward.register(np.ndarray)
    def plain(x):
        calls.append(True)
        if is_time(calls):
            relu_forward.register(np.ndarray, meddling)
            return relu_forward(x)
        return impl.relu_forward(x)

    def relu_backward(dout, cache):
        calls.append(False)
        return impl.relu_backward(dout, cache)

    own = np.square
    results = judge_impl("relu", relu_forward=relu_forward, relu_backward=relu_backward)
    assert bad_checks(results) == {"global_state"}
    assert "relu_forward puts something else in the place of np.square" in results["global_state"].message
    assert np.square is own


class Alike:
    """Says that it is whatever it is compared with."""

    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, *_arguments: object) -> None: ...


def test_what_claims_to_be_the_same_is_another() -> None:
    """Where a thing lies is asked, and not what it says; a name that was taken out and put back is no change."""
    before = shared.shared()
    assert [*shared.changed(before)] == []
    with shared.functions_put_back():
        np.sum = Alike()
        assert [*shared.changed(before)] == ["np.sum"]
    own = np.__dict__.pop("sum")
    assert [*shared.changed(before)] == ["np.sum"]
    np.sum = own
    assert [*shared.changed(before)] == []
    assert shared.shared().held == before.held
