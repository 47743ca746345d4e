"""The line in which a function makes what it returns: told where a read of the source leaves no doubt."""

import ast
import time
from pathlib import Path
from textwrap import dedent

import pytest

from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.engine.places import place_of, places_of, told_of
from gradproof.conformance.engine.quantities import lines_of
from gradproof.conformance.spec.findings import Kind, found

CERTAIN = {
    "an expression of the return": ("return dout * 2, dout.sum(0)", {"dx": 2}),
    "a name that has one value": ("dx = dout * 2\n    return dx, None", {"dx": 2}),
    "whatever it is called": ("grad = dout * 2\n    return grad, None", {"dx": 2}),
    "an array that is filled": (
        "dx = np.zeros_like(dout)\n    for i in range(3):\n        dx[i] += 2\n    return dx, None",
        {"dx": 4},
    ),
    "beside others": (
        "dx, db = np.zeros(3), np.zeros(2)\n    dx[0] = 1\n    db[0] = 1\n    return dx, db",
        {"dx": 3, "db": 4},
    ),
}
UNCERTAIN = {
    "two returns": "if dout is None:\n        return 1 + 1, 2\n    return dout * 2, 3",
    "another number of values": "return dout * 2, 1, 2",
    "all in one name": "both = helper(dout)\n    return both",
    "what another function returns": "dx, db = helper(dout)\n    return dx, db",
    "two values one after the other": "dx = dout * 2\n    dx = dx + 1\n    return dx, None",
    "changed in place": "dx = dout * 2\n    dx *= 3\n    return dx, None",
    "handed to what may write to it": "dx = dout * 2\n    np.add.at(dx, 0, 1)\n    return dx, None",
    "an argument": "return dout, None",
    "out=": "dx = dout * 2\n    np.exp(dx, out=dx)\n    y = np.exp(dout, out=dx)\n    return dx, None",
    "a loop's": "for dx in dout:\n        pass\n    return dx, None",
    "filled by two": "dx = np.zeros(3)\n    dx[0] = 1\n    dx[1] = 2\n    return dx, None",
}


def told(body: str) -> dict[str, int]:
    """The lines of a backward's dx and db."""
    (function,) = ast.parse(f"def backward(dout, cache):\n    {body}\n").body
    assert isinstance(function, ast.FunctionDef)
    return dict(lines_of(function, ("dx", "db")))


@pytest.mark.parametrize("name", CERTAIN)
def test_a_value_that_one_statement_makes_has_its_line(name: str) -> None:
    """That statement's."""
    body, lines = CERTAIN[name]
    assert told(body) == lines


@pytest.mark.parametrize("name", UNCERTAIN)
def test_nothing_is_told_where_there_is_a_doubt(name: str) -> None:
    """Rather no line than a wrong one."""
    assert told(UNCERTAIN[name]).get("dx") is None


def test_a_wide_function_takes_no_longer_than_its_length() -> None:
    """Whoever judges reads it on no submission's time."""
    started = time.process_time()
    assert told("x = 0\n    " * 100_000 + "return dout * 2, None") == {"dx": 100_002}
    assert time.process_time() - started < 10


def test_what_is_made_in_a_function_inside_is_another_ones() -> None:
    """Its names are its own."""
    assert told("def inner():\n        dx = 1\n        return dx\n    dx = dout * 2\n    return dx, None") == {"dx": 5}


def test_a_wrong_value_is_told_with_its_line(tmp_path: Path) -> None:
    """And an exception with the function, whose place is as certain."""
    source = dedent(
        """
        def tanh_backward(dout, cache):
            slope = 1 + cache ** 2
            dx = dout * slope
            return dx
        """
    )
    (tmp_path / "layers.py").write_text(source)
    places = places_of(tmp_path, {"tanh_backward": "layers.py"})
    wrong = Result("tanh", "gradient", Status.FAILED, True, 1, (found(Kind.VALUES, observation="dx"),))
    raised = Result("tanh", "gradient", Status.ERRORED, True, 1, (found(Kind.RAISED, function="tanh_backward"),))
    assert [
        (name, place.line) for name, place in filter(None, (place_of(wrong, places), place_of(raised, places)))
    ] == [
        ("dx of tanh_backward", 4),
        ("tanh_backward", 2),
    ]


def test_only_functions_that_something_is_complained_of_are_looked_for() -> None:
    """Those of the contract that failed; of right code no file is read for it."""
    files = {"tanh_backward": "layers.py", "relu_forward": "layers.py"}
    right = Result("relu", "gradient", Status.PASSED, True, 1)
    wrong = Result("tanh", "gradient", Status.FAILED, True, 1, (found(Kind.VALUES, observation="dx"),))
    assert told_of([right], files) == {}
    assert told_of([right, wrong], files) == {"tanh_backward": "layers.py"}
