"""The same inputs give the same values again: what counts is more than rounding, and what the order of a set may do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import RELU, Judge, bad_checks, local_session

from gradproof import impl
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

Forward = Callable[..., Any]


def growing_with_calls(by: float) -> Forward:
    """An affine layer whose outputs are larger by this many rounding units whenever it has seen the inputs before."""
    seen: set[bytes] = set()

    def affine_forward(x: Any, w: Any, b: Any) -> Any:
        out, cache = impl.affine_forward(x, w, b)
        key = b"".join(array.tobytes() for array in (x, w, b))
        factor = 1 + by * np.finfo(out.dtype).eps * (key in seen)
        seen.add(key)
        return out * out.dtype.type(factor), cache

    return affine_forward


def test_what_differs_by_more_than_rounding_fails(judge_impl: Judge) -> None:
    """Here by a thousandth of a thousandth in float32."""
    results = judge_impl("affine", affine_forward=growing_with_calls(1000))
    assert bad_checks(results) == {"determinism"}
    assert results["determinism"].message == "out differs between two calls on the same inputs"


def test_what_differs_by_rounding_is_told_and_costs_nothing(oracle: Oracle) -> None:
    """As a note: a sum whose order varies is right in every order."""
    functions = {"affine_forward": growing_with_calls(1), "affine_backward": impl.affine_backward}
    told = run("affine.py", local_session(functions), oracle, Plan((contract_named("affine"),)))
    assert told.summary.is_clean
    (note,) = told.notes
    assert note.startswith("affine: out differs in its last bits between two calls on the same inputs")


TEXTS = "order = ''.join({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})\n" + RELU.replace(
    "    return np.maximum", "    print(order); raise ValueError(order)\n    return np.maximum"
)


@pytest.mark.usefixtures("cold")
def test_a_set_of_texts_has_one_order_in_every_process(tmp_path: Path, oracle: Oracle) -> None:
    """The hash seed is fixed in the submission's process, and the report says which it is."""
    path = tmp_path / "layers.py"
    path.write_text(TEXTS)
    messages = set()
    for _ in range(3):
        with Sandbox(path) as session:
            told = run("layers.py", session, oracle, Plan((contract_named("relu"),), cases=1))
        messages.add(next(result.message for result in told.results if result.status.is_bad))
        assert told.versions["PYTHONHASHSEED"] == "0"
    assert len(messages) == 1
