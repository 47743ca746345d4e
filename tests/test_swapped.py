"""The right arguments in the wrong order are a kind of mistake of their own."""

from collections.abc import Mapping
from pathlib import Path

from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

AFFINE = """
def affine_forward({order}):
    return x.reshape(len(x), -1) @ w{more} + b, (x, w)
def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(0)
"""


def bad(folder: Path, oracle: Oracle, order: str, more: str = "") -> Mapping[str, Result]:
    """What fails of an affine layer whose forward takes its arguments in this order."""
    (folder / "mine.py").write_text(AFFINE.format(order=order, more=more))
    with Sandbox(folder / "mine.py") as session:
        told = run("mine.py", session, oracle, Plan((contract_named("affine"),)))
    return {result.check: result for result in told.results if result.status.is_bad}


def test_swapped_arguments_are_named_as_such(tmp_path: Path, oracle: Oracle) -> None:
    """Not as transposed weights, which end in the same exception."""
    results = bad(tmp_path, oracle, "w, x, b")
    assert results
    assert {result.diagnosis for result in results.values()} == {"arguments:swapped"}
    hints = {result.hint for result in results.values()}
    assert all("Your affine_forward takes (w, x, b); it is called with (x, w, b), by position." in h for h in hints)


def test_transposed_weights_keep_their_name(tmp_path: Path, oracle: Oracle) -> None:
    """Planted: the order is right."""
    results = bad(tmp_path, oracle, "x, w, b", ".T")
    assert all(result.diagnosis != "arguments:swapped" for result in results.values())
    assert results


def test_names_of_ones_own_say_nothing(tmp_path: Path, oracle: Oracle) -> None:
    """A right layer passes, whatever it calls its arguments."""
    (tmp_path / "mine.py").write_text(AFFINE.format(order="w, x, b", more="").replace("(w, x, b)", "(a, c, b)", 1))
    source = (tmp_path / "mine.py").read_text().replace("(a, c, b):\n", "(a, c, b):\n    x, w = a, c\n")
    (tmp_path / "mine.py").write_text(source)
    with Sandbox(tmp_path / "mine.py") as session:
        told = run("mine.py", session, oracle, Plan((contract_named("affine"),), cases=6))
    assert told.summary.is_clean
