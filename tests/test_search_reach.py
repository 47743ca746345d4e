"""The search tries no edit that cannot explain a failure: it leads to nothing wrong, or to what is right."""

import ast

import numpy as np
import pytest

from gradproof.conformance.diagnosis.search.attempts import Attempt, runs
from gradproof.conformance.diagnosis.search.edits import Edit, edits_of
from gradproof.conformance.diagnosis.search.reach import Reach, may_stay_silent, moved
from gradproof.conformance.diagnosis.search.scope import scopes_of
from gradproof.conformance.diagnosis.search.ways import ways_of
from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT


def reached(oracle: Oracle, contract: str, target: str) -> list[frozenset[str] | None]:
    """What the edits of the statements that assign a name reach, on the first case, in the first way that has one."""
    row = contract_named(contract)
    for way in ways_of(row, DEFAULT):
        record = gather(row, way.session, oracle, Plan((row,), DEFAULT, 2)).records[-1]
        own = runs(way, record, True)[0].observed.arrays
        reach = Reach(way, {record: own}, True)
        scopes = scopes_of(way.trees, lambda way=way, record=record: runs(way, record, True))
        edits = [(code, e) for code, seen in scopes.items() for e in edits_of(way.trees[code], seen)]
        attempts = [Attempt(way, edit, way.functions[code]) for code, edit in edits if _assigns(edit, target)]
        if attempts:
            return [reach.of(attempt) for attempt in attempts]
    return []


def _assigns(edit: Edit, target: str) -> bool:
    return isinstance(edit.statement, ast.Assign) and ast.unparse(edit.statement.targets[0]) == target


def test_a_statement_flows_into_what_is_made_of_it(oracle: Oracle) -> None:
    """The layer's x_hat is in out and in dgamma; no edit of it changes dbeta."""
    found = {each for each in reached(oracle, "layernorm", "x_hat") if each is not None}
    assert found
    assert all("dgamma" in each and "dbeta" not in each for each in found)


def test_what_cannot_be_moved_may_lead_anywhere(oracle: Oracle) -> None:
    """A number of samples is no float."""
    assert set(reached(oracle, "softmax_loss", "N")) == {None}


@pytest.mark.parametrize("value", [np.zeros((2, 3)), np.full(4, -2.0, np.float32), 3.0])
def test_what_is_moved_is_moved_everywhere_and_unevenly(value: object) -> None:
    """No sum, mean or difference of entries stays as it was."""
    other = moved(value)
    assert type(other) is type(value)
    difference = np.unique(np.asarray(other) - np.asarray(value))
    assert difference.size == np.size(value)
    assert (difference != 0).all()


def test_a_comparison_may_stay_silent() -> None:
    """``x > 0`` and ``x >= 0`` are the same on nearly all inputs: such an edit is tried whatever is right."""
    tree = ast.parse("def f(x):\n    return x * (x > 0)\n").body[0]
    assert isinstance(tree, ast.FunctionDef)
    product = tree.body[0].value
    compare = product.right
    edit = Edit(tree, "other", product, "right", compare, compare, compare, tree.body[0])
    assert may_stay_silent(edit)
