"""What the tests share: the oracle, impl's functions, and a judge for impl with some functions replaced."""

import ast
import importlib
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import warm
from hypothesis.internal.conjecture import providers

from gradproof.conformance.checks.results import Result
from gradproof.conformance.cli import main as cli
from gradproof.conformance.diagnosis import misconceptions
from gradproof.conformance.diagnosis.edited import edited
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.importing import put_back
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import Oracle, pick
from gradproof.conformance.sandbox.walls.plain import Plain
from gradproof.conformance.spec.cases import Drawn, Scenario
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

pytest_plugins = ["pytester"]

STARTED, BEGINNING = Plain.launch, Plain.beginning

# The same examples on every machine, however long it takes over one.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("repeatable")
# Nor do the modules that happen to be imported give it constants to try: each worker would parse all of them first.
providers._get_local_constants = lambda: providers._local_constants

RELU = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return dout * (cache > 0)
"""

LONG = frozenset(  # the files that take longest
    (
        *("test_attacks.py", "test_desktop.py", "test_golden.py", "test_grade.py", "test_in_use.py"),
        *("test_misconceptions.py", "test_networks.py", "test_power.py", "test_search.py", "test_train.py"),
        *("test_variants.py", "test_walls.py"),
    )
)

Functions = dict[str, Callable[..., Any]]
Judge = Callable[..., dict[str, Result]]
Command = Callable[..., tuple[int, str, str]]


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Half as many workers again as there are processors, unless somebody set a number: some tests wait."""
    processors = yield
    return processors if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else processors + processors // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: one worker runs a whole file. Skip what needs torch where torch is not installed."""
    items.sort(key=lambda item: item.path.name not in LONG)
    if find_spec("torch") is None:
        for item in items:
            if item.get_closest_marker("needs_torch"):
                item.add_marker(pytest.mark.skip(reason="torch is not installed"))


def waited_for(is_there: Callable[[], object], seconds: float = 60) -> bool:
    """Whether something that another process does comes within this time; the processor is that process's meanwhile."""
    deadline, nothing = time.monotonic() + seconds, threading.Event()
    while not is_there() and time.monotonic() < deadline:
        nothing.wait(0.01)
    return bool(is_there())


def one_in(share: int, rows: Iterable[Any]) -> list[Any]:
    """Of planted faults that are all of one kind, every ``share``-th; a release plants the others, too."""
    whole = [row if isinstance(row, type(pytest.param())) else pytest.param(*_values(row)) for row in rows]
    return [
        pytest.param(*row.values, id=row.id, marks=[*row.marks, pytest.mark.release] if index % share else row.marks)
        for index, row in enumerate(whole)
    ]


def taken_apart(way: str) -> Functions:
    """The right functions that mistakes in tables change the lines of: a file beside these tables."""
    return dict(edited(str(Path(misconceptions.__file__).parent / way), {}, function_names()))


def _values(row: Any) -> tuple[Any, ...]:
    """What a row gives its test: several values are a tuple."""
    return row if isinstance(row, tuple) else (row,)


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    """Workers without a wall are forked from a process that has imported everything; see :mod:`warm`."""
    if not warm.IS_POSSIBLE:
        yield
        return
    with warm.warm_workers(Plain):
        yield


@pytest.fixture(scope="module", autouse=True)
def _left_as_found() -> Iterator[None]:
    """What a file of tests imports of submissions, and where from, is not there for the next file."""
    with put_back():
        yield


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of how a worker is started: each one by its command."""
    monkeypatch.setattr(Plain, "launch", STARTED)
    monkeypatch.setattr(Plain, "beginning", BEGINNING)


@pytest.fixture
def without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is caught: what the mistake is called takes longest to find."""
    monkeypatch.setattr("gradproof.conformance.engine.attribution.by_mistake", lambda results, _exam: results)
    monkeypatch.setattr("gradproof.conformance.engine.runner.by_mistake", lambda results, _exam: results)


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """The committed fixtures, which tox -e fixtures compares with torch."""
    return pick("golden", None, None)


@pytest.fixture(scope="session")
def impl_functions() -> Functions:
    """Every function of the canonical API, as impl has it."""
    impl = importlib.import_module("gradproof.impl")
    return {name: getattr(impl, name) for name in function_names()}


def undrawn(contract: Contract) -> Contract:
    """The contract with cases of which all is known but their inputs: each has the way it would be drawn by."""

    def told(scenario: Scenario) -> Scenario:
        ways = [lambda *_, way=way: Drawn({}, {"way": way}) for way in range(1 + len(scenario.further))]
        return replace(scenario, draw=ways[0], further=tuple(ways[1:]))

    return replace(contract, scenarios=tuple(map(told, contract.scenarios)))


def local_session(functions: Mapping[str, Callable[..., Any]]) -> LocalSession:
    """A session on functions of this process."""
    return LocalSession(functions, Inventory(dict.fromkeys(functions, "local.py")))


@pytest.fixture(scope="session")
def judge_impl(oracle: Oracle, impl_functions: Functions) -> Judge:
    """Judge impl by one contract, some of its functions replaced: ``judge_impl("relu", relu_forward=wrong)``."""

    def judged(
        contract_name: str, dialect: Dialect = DEFAULT, **replaced: Callable[..., Any] | None
    ) -> dict[str, Result]:
        functions = {name: f for name, f in {**impl_functions, **replaced}.items() if f is not None}
        plan = Plan((contract_named(contract_name),), dialect)
        exam = gather(plan.contracts[0], local_session(functions), oracle, plan)
        return {result.check: result for result in judge(exam, oracle, plan)}

    return judged


def hinted(results: Mapping[str, Result]) -> str:
    """The names that failed checks were given, in words."""
    return " ".join(result.hint for result in results.values() if result.status.is_bad and result.diagnosis)


def others(text: str, of: Callable[[ast.expr, ast.AST, str], Iterable[tuple[str, ast.AST]]]) -> set[str]:
    """What edits put in the place of any node of a statement's expressions; ``of`` a node, what it is in and where."""
    nodes = [
        (child, parent, field)
        for parent in ast.walk(ast.parse(text))
        for field, value in ast.iter_fields(parent)
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, ast.expr)
    ]
    return {ast.unparse(other) for node in nodes for _, other in of(*node)}


def bad_checks(results: Mapping[str, Result]) -> set[str]:
    """The checks that failed, errored or timed out."""
    return {name for name, result in results.items() if result.status.is_bad}


def source_of(module: str) -> str:
    """The source of a module."""
    return inspect.getsource(importlib.import_module(module))


@pytest.fixture
def gradproof(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process: ``gradproof("check", path)`` -> (exit code, stdout, stderr)."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gradproof", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command
