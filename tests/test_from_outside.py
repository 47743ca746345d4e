"""What a submission's process tells: right types and known names get through, everything else is one WireError."""

import io
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Functions, local_session
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from gradproof.conformance.checks import serialized
from gradproof.conformance.checks.messages import text_for_students
from gradproof.conformance.checks.results import Run
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness import wire
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports import text
from gradproof.conformance.sandbox import from_outside
from gradproof.conformance.sandbox.connection import Connection
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.findings import FROM_OUTSIDE, Kind, Raised, found
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import as_plain, say

RELU = contract_named("relu")
DONE = {"event": "done", "printed": 0, "error": None, "watched": {}, "parameters": [], "script": [], "oddities": {}}
SEEN = {"event": "observed", "oddities": {}}
NESTED = json.loads("[" * 900 + "]" * 900)
RAISES = {"kind": "raised", "function": "relu_forward", "exception": {"raised": {"type": "E"}}}


def event(header: dict[str, Any], arrays: dict[str, np.ndarray] | None = None) -> from_outside.Event:
    """One event of relu's exercise."""
    return from_outside.event(wire.Message(header, arrays or {}), RELU)


WRONG_FIELDS = {
    "no object for a thing": {"oddities": {"out": 7}},
    "a thing without end": {"oddities": {"out": {"kind": "text", "type": "a", "length": 10**400}}},
    "an event that is none": {"event": "passed"},
    "an event of no text": {"event": {"done": 1}},
    "no event": {"event": None},
    "printed a text": {"printed": "3"},
    "printed less than nothing": {"printed": -1},
    "printed NaN": {"printed": float("nan")},
    "printed without end": {"printed": 10**30},
    "printed half": {"printed": 0.5},
    "printed yes": {"printed": True},
    "a script of numbers": {"script": [1]},
    "a script that is a text": {"script": "import os"},
    "nothing for a script": {"script": None},
    "watched by number": {"watched": {"watched 0": 3}},
    "watched in two words": {"watched": {"watched 0": ["f", "x"]}},
    "watched by lists": {"watched": {"watched 0": [["f"], "x", "before"]}},
    "parameters by number": {"parameters": 3},
    "parameters without a key": {"parameters": [[]]},
    "parameters that are a list": {"parameters": [["f", "x", "before", [1]]]},
    "parameters within parameters": {"parameters": [["f", "x", "before", {"a": {"b": [1]}}]]},
    "an error of one word": {"error": "died"},
    "an error of nothing": {"error": []},
    "no exception": {"error": {"kind": "raised", "function": "relu_forward"}},
    "an exception that is a thing": {"error": {**RAISES, "exception": {"thing": {"kind": "nothing", "type": "x"}}}},
    "an exception in line NaN": {"error": {**RAISES, "exception": {"raised": {"type": "E", "line": float("nan")}}}},
    "an exception in line -1": {"error": {**RAISES, "exception": {"raised": {"type": "E", "line": -1}}}},
    "a shape of texts": {"error": {"kind": "made_shape", "observation": "W1", "got": ["a"], "expected": [1]}},
    "a count that is a finding": {
        "error": {"kind": "returns", "got": {"thing": {"kind": "nothing"}}, "expected": ["a"]}
        | {"facts": {"count": {"finding": RAISES}}},
    },
    "what was expected is a number": {"error": {"kind": "missing", "function": "relu_forward", "expected": 3}},
    "values within values without end": {"error": {"kind": "is", "observation": "out", "got": NESTED}},
    "what came is no thing": {"error": {"kind": "is", "observation": "out", "got": [1]}},
}


@pytest.mark.parametrize("kind", WRONG_FIELDS)
def test_a_field_of_the_wrong_type_is_a_wire_error(kind: str) -> None:
    """And nothing else: it ends the connection."""
    with pytest.raises(wire.WireError):
        event({**DONE, **WRONG_FIELDS[kind]})


@pytest.mark.parametrize("lacking", [name for name in DONE if name != "event"])
def test_an_end_that_lacks_a_field_is_a_wire_error(lacking: str) -> None:
    """Each of them is needed."""
    with pytest.raises(wire.WireError):
        event({name: value for name, value in DONE.items() if name != lacking})


def test_of_thousands_of_problems_a_few_are_told() -> None:
    """As many files can have one each; their number is told."""
    told = {"functions": {}, "parameters": {}, "absent": [], "handed_out": [], "broken": {}}
    problems = [as_plain(say(sent.NESTED, file=f"f{k}.py")) for k in range(450)]
    offered = from_outside.inventory({**told, "problems": problems})
    assert len(offered.problems) == 51
    assert offered.problems[-1] == "and 400 more"


def test_what_was_watched_must_have_been_sent() -> None:
    """Else an argument that was written to could be left out."""
    told = event({**DONE, "watched": {"watched 0": ["relu_forward", "x", "before"]}}).end
    with pytest.raises(wire.WireError):
        told.observed({}, {})


def test_unknown_names_are_dropped_on_receipt() -> None:
    """Arrays and things alike; what the contract observes is kept."""
    things = {"mine": {"kind": "nothing", "type": "None"}, "dx": {"kind": "nothing", "type": "None"}}
    told = event({**SEEN, "oddities": things}, {"out": np.zeros(2), "mine_1": np.zeros(2), "watched 1": np.zeros(2)})
    assert sorted(told.arrays) == ["out", "watched 1"]
    assert sorted(told.things) == ["dx"]


def test_a_worker_may_tell_of_these_kinds_and_no_others() -> None:
    """The list of what belongs to each is whole."""
    assert set(from_outside.TELLS) == FROM_OUTSIDE


@pytest.mark.parametrize("contract", all_contracts(), ids=lambda contract: contract.name)
def test_every_observation_of_an_exercise_is_expected(
    contract: Contract, oracle: Oracle, impl_functions: Functions
) -> None:
    """A row says what it observes, for the answer or for its properties: behind a wall the rest is dropped."""
    session = local_session(impl_functions)
    cases = {case.scenario: case for case in oracle.cases(contract, DEFAULT, None)}
    made = {name for case in cases.values() for name in session.run(contract, case).arrays}
    assert {name for name in made if not contract.is_expected(name)} == set()


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**40), 10**40),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from(["relu_forward", "out", "raised", "before", "watched 0", "nothing", "large_array"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=4), inner, max_size=3),
        st.dictionaries(st.sampled_from(["thing", "raised", "finding", "number", "kind", "type"]), inner, max_size=3),
    ),
    max_leaves=8,
)
VALUES = {
    "expected": JUNK,
    "got": JUNK,
    "exception": st.one_of(
        JUNK, st.fixed_dictionaries({"raised": st.fixed_dictionaries({"type": JUNK, "line": JUNK})})
    ),
    "function": JUNK,
    "facts": st.one_of(JUNK, st.dictionaries(st.sampled_from(["count", "reason", "again", "cases", "how"]), JUNK)),
}
ERRORS = st.one_of(
    JUNK, st.fixed_dictionaries({"kind": st.sampled_from(sorted(Kind))}, optional=VALUES), st.just(RAISES)
)
THINGS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["nothing", "array", "large_array", "sequence", "text", "count", "other"])},
    optional=dict.fromkeys(("type", "dtype", "shape", "length"), JUNK),
)
ARRAYS = st.dictionaries(
    st.sampled_from(["out", "dx", "watched 0", "mine"]),
    st.sampled_from([np.zeros(0), np.full((2, 3), np.nan), np.ones((), np.int8), np.ones((1, 1, 2), np.float16)]),
)
OBSERVED = {"oddities": st.one_of(JUNK, st.dictionaries(st.sampled_from(["out", "dx", "\x1b"]), THINGS))}
FIELDS = {
    "printed": JUNK,
    "error": ERRORS,
    "watched": st.one_of(JUNK, st.just({"watched 0": ["relu_forward", "x", "before"]})),
    "parameters": st.one_of(JUNK, st.lists(st.tuples(JUNK, JUNK, JUNK, JUNK).map(list), max_size=2)),
    "script": JUNK,
    "event": JUNK,
    **OBSERVED,
}
MESSAGES = st.tuples(st.fixed_dictionaries({}, optional=FIELDS).map(lambda fields: {**DONE, **fields}), ARRAYS)


class Forged(Sandbox):
    """A submission whose process answers every request with the same event."""

    forged: wire.Message

    def _start(self, asked: Collection[str] = ()) -> Connection:
        self._inventory = Inventory({"relu_forward": "mine.py", "relu_backward": "mine.py"})
        self._connection = Teller(self.forged)
        return self._connection


class Teller(Connection):
    """A connection with no process at its other end."""

    def __init__(self, message: wire.Message) -> None:
        self.message = message
        self.launch = type("Nowhere", (), {"is_confined": False})

    def send(self, header: dict[str, object], arrays: object) -> None:
        """Nobody listens."""

    def receive(self) -> wire.Message:
        """The same again, as JSON carries it."""
        return wire.Message(json.loads(json.dumps(self.message.header)), dict(self.message.arrays))

    def close(self) -> None:
        """Nothing to end."""


def judged(message: wire.Message, oracle: Oracle) -> Run:
    """The report on a submission that answers so."""
    forged = type("Now", (Forged,), {"forged": message})
    with forged(Path("mine.py")) as session:
        return run("mallory", session, oracle, Plan((RELU,), cases=2))


@given(message=MESSAGES)
@settings(max_examples=80)
def test_whatever_is_told_ends_in_a_report(
    message: tuple[dict[str, Any], dict[str, np.ndarray]], oracle: Oracle
) -> None:
    """No field of any type ends the judge, on a terminal, in JSON or before students; and nothing is passed by it."""
    report = judged(wire.Message(*message), oracle)
    text.render(report, Console(file=io.StringIO()))
    json.loads(serialized.render(report))
    assert all(text_for_students(result.findings) is not None for result in report.results)
    assert report.summary.failed + report.summary.errored > 0


def test_an_error_of_the_submission_gets_through(oracle: Oracle) -> None:
    """The plain case beside all those forged ones."""
    told = event({**DONE, "error": RAISES}).end
    assert told.error == found(Kind.RAISED, function="relu_forward", exception=Raised("E"))
    assert judged(wire.Message({**DONE, "error": RAISES}, {}), oracle).summary.errored > 0
