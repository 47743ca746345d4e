"""Edits that put a part, a step or a size elsewhere; edits that are compiled many at a time; where none is made."""

import ast
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from conftest import others

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.search import story
from gradproof.conformance.diagnosis.search.comparing import can_tell
from gradproof.conformance.diagnosis.search.edits import MEANT, Edit, compile_together, edits_of
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.statements import throughout
from gradproof.conformance.diagnosis.search.widening import places

SCOPE = Scope(
    arrays={"h": {1: (2, 5)}, "dh": {1: (2, 3, 5)}, "y": {1: (2, 3)}, "k": {1: (2, 4, 5)}},
    scalars={"N": True, "i": True, "m": False},
)

FUNCTION = """
def scaled(x, a, b):
    y = a * x + b
    for i in range(3):
        y = y - x[i] / (a + i)
    return np.hstack((y, x)), y.sum()
"""


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("np.hstack((a, b, c))", "(a, c, b)"),
        ("grads[f'W{i}']", "1"),
        ("x.T @ h", "dh[:, 0]"),
        ("W[:N]", "-N:"),
        ("y.reshape(N)", "y.T.reshape(N)"),
        ("k.shape[2] ** 0.5", "k.shape[1]"),
    ],
)
def test_what_stands_elsewhere_is_an_edit(text: str, other: str) -> None:
    """Two parts exchanged, one layer's for each, a step for a state, the last rows, another order, another size."""
    assert other in others(text, lambda node, parent, _field: places.of(node, parent, SCOPE))


def test_a_share_and_the_rest_are_exchanged() -> None:
    """``m`` and ``1 - m`` at once."""
    statement = ast.parse("mean = m * mean + (1 - m) * new").body[0]
    assert "mean = (1 - m) * mean + m * new" in {ast.unparse(other) for _, other in throughout(statement, SCOPE)}


def test_edits_that_are_compiled_at_once_are_the_same() -> None:
    """Each gives what it gives by itself, whatever stands beside it."""

    def made(beside: bool) -> list[str]:
        function = cast("ast.FunctionDef", ast.parse(FUNCTION).body[0])
        scopes = {line: Scope(scalars={"a": False, "b": False}) for line in range(1, 9)}
        edits = list(edits_of(function, scopes))
        if beside:
            compile_together(edits)
            assert any(edit.beside for edit in edits)
        return [f"{edit.changed_statement()}: {given(edit)}" for edit in edits]

    def given(edit: Edit) -> str:
        space: dict[str, Any] = {"np": np, "_free": 3.0}
        exec(FUNCTION, space)
        if edit.code is None:
            return "none"
        space["scaled"].__code__, space[MEANT] = edit.code, edit.number
        try:
            return repr(space["scaled"](np.arange(1.0, 4.0), 2.0, 0.5))
        except Exception as error:  # noqa: BLE001 - an edit may raise anything
            return repr(error)

    assert made(beside=True) == made(beside=False)


def test_a_complaint_alone_is_not_searched_for() -> None:
    """A case without a wrong value or an error has nothing that an edit could give as well."""
    case = SimpleNamespace(error=None, answer=SimpleNamespace(values={}), comparisons={})
    assert not can_tell(cast("CaseRecord", case))


BRANCHES = """
def step(x, cell):
    if cell == "rnn":
        h = np.tanh(x)
        out = h
    else:
        c = x * x
        h = np.tanh(c)
        out = h
    return h, c
"""


@pytest.mark.parametrize(("line", "where"), [(5, "h = np.tanh(x)"), (9, "h = np.tanh(c)"), (10, "")])
def test_what_a_name_is_is_told_of_its_own_branch(line: int, where: str) -> None:
    """And nothing behind branches of which each makes it otherwise."""
    function = ast.parse(BRANCHES).body[0]
    assert isinstance(function, ast.FunctionDef)
    statement = next(node for node in ast.walk(function) if isinstance(node, ast.stmt) and node.lineno == line)
    old, new = ast.Name("h"), ast.Name("c")
    assert story._where(Edit(function, "name", statement, "value", new, old, new, statement)) == where
