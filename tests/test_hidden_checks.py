"""What students are not told of shows in nothing that they are told, not even in what was not made for its sake."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.grading.model import Graded, Header
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports.views import Sheet, View, sheet
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.usefixtures("without_names")
WORTH = {"forward": 1.0, "gradient": 2.0, "finite_difference": 3.0, "running_statistics": 1.0, "stability": 1.0}


def doubled(function: Callable) -> Callable:
    """The function, all of its floats twice as large."""
    return lambda *given: _twice(function(*given))


def _twice(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_twice, value))
    return value * 2 if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def judged(functions: Mapping, oracle: Oracle, *contracts: str, hidden: tuple[str, ...]) -> tuple[Run, Sheet]:
    """What was found, and what a student is told of it."""
    plan = Plan(
        tuple(map(contract_named, contracts)),
        cases=8,
        points=dict.fromkeys(contracts, WORTH),
        hidden=frozenset(hidden),
    )
    report = run("it", local_session(functions), oracle, plan)
    header = Header("t", "d", report.summary.max_score, "shared", "of the class", 0, hidden=hidden)
    return report, sheet(Graded("it", "it.py", "d", report.summary.score, 9, None, report), header, View.STUDENT)


def words(told: Sheet) -> str:
    """All that a student reads."""
    return "\n".join([told.summary, *told.notes, *(entry.text() for entry in told.entries)])


def said(told: Sheet) -> str:
    """What was found, and what might help: all that differs from submission to submission."""
    return "\n".join([*told.notes, *(f"{entry.message}; {entry.hint}" for entry in told.entries)])


def test_a_visible_check_is_told_by_its_own_evidence(impl_functions: Functions, oracle: Oracle) -> None:
    """Finite differences see the wrong gradient by themselves: that is told, and no hidden check as the reason."""
    wrong = {**impl_functions, "affine_backward": doubled(impl_functions["affine_backward"])}
    report, told = judged(wrong, oracle, "affine", hidden=("gradient",))
    entries = {entry.name: entry for entry in told.entries}
    assert "affine.gradient" not in entries
    difference = entries["affine.finite_difference"]
    assert (difference.status, difference.points) == (Status.FAILED, 0)
    assert "is not the derivative of the submission's own out" in difference.message
    assert "gradient" not in said(told)
    found = next(result for result in report.results if result.check == "finite_difference")
    assert found.status == Status.SKIPPED
    assert "gradient failed, and one bug is charged once" in found.message


def test_without_a_hidden_check_nothing_changes(impl_functions: Functions, oracle: Oracle) -> None:
    """What is skipped for a visible one says so, and is not made."""
    wrong = {**impl_functions, "affine_backward": doubled(impl_functions["affine_backward"])}
    report, told = judged(wrong, oracle, "affine", hidden=())
    found = next(result for result in report.results if result.check == "finite_difference")
    assert found.message == "gradient failed, and one bug is charged once"
    assert found.message in words(told)


def test_a_visible_check_that_passes_is_told_to_pass(impl_functions: Functions, oracle: Oracle) -> None:
    """Both forward and backward of something else: differences agree, though the hidden gradient is wrong."""
    both = ("affine_forward", "affine_backward")
    wrong = {**impl_functions, **{name: doubled(impl_functions[name]) for name in both}}
    _, told = judged(wrong, oracle, "affine", hidden=("gradient", "forward"))
    entries = {entry.name: entry for entry in told.entries}
    assert entries["affine.finite_difference"].status in (Status.PASSED, Status.FAILED)
    assert not {"affine.gradient", "affine.forward"} & entries.keys()


def test_an_excuse_by_a_hidden_check_below_shows_what_was_found(impl_functions: Functions, oracle: Oracle) -> None:
    """The block fails for the layer's sake, which is hidden: its own values are told, its share of points is kept."""
    wrong = {**impl_functions, "affine_backward": doubled(impl_functions["affine_backward"])}
    wrong["affine_relu_backward"] = doubled(impl_functions["affine_relu_backward"])
    report, told = judged(wrong, oracle, "affine", "affine_relu", hidden=("affine.gradient",))
    entry = next(entry for entry in told.entries if entry.name == "affine_relu.gradient")
    assert (entry.status, "from the reference" in entry.message) == (Status.FAILED, True)
    assert "affine " not in entry.message
    found = next(r for r in report.results if (r.contract, r.check) == ("affine_relu", "gradient"))
    assert found.status == Status.SKIPPED
    assert entry.points == found.points


@pytest.mark.parametrize("name", ["affine", "batchnorm", "layernorm"])
@pytest.mark.parametrize("hidden", ["forward", "gradient", "running_statistics", "determinism"])
def test_what_is_told_names_no_hidden_check(impl_functions: Functions, oracle: Oracle, name: str, hidden: str) -> None:
    """Whichever function is wrong: no word of it, no check that was skipped without a word; and the points add up."""
    for function in (f"{name}_forward", f"{name}_backward"):
        wrong = {**impl_functions, function: doubled(impl_functions[function])}
        report, told = judged(wrong, oracle, name, hidden=(hidden,))
        assert not re.search(rf"\b{hidden}\b", said(told))
        silent = [entry.name for entry in told.entries if entry.status == Status.SKIPPED and not entry.message]
        assert silent == []
        points = sum(entry.points for entry in told.entries) + sum(one.points for one in told.concealed)
        assert points == pytest.approx(report.summary.score)
