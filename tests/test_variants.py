"""No false alarm: differently written correct code passes every check of every contract."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from conftest import one_in

from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.power.submissions import PACKAGE, VARIANTS, variants
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts, contract_named

CASES = 8
PAIRS = [(VARIANTS / each.name, *each.contracts) for each in variants() if each.name != PACKAGE.name]


@pytest.fixture(scope="module")
def session_on() -> Iterator[Callable[[Path], Sandbox]]:
    """A variant in a child process, as a submission is: one child for all of its contracts."""
    with ExitStack() as open_ones:
        yield cache(lambda path: open_ones.enter_context(Sandbox(path)))


@pytest.mark.parametrize(
    ("path", "contract"), one_in(4, [pytest.param(*pair, id=f"{pair[0].name}-{pair[1]}") for pair in PAIRS])
)
@pytest.mark.parametrize("cases", [CASES, pytest.param(None, marks=pytest.mark.release)])
def test_correct_code_raises_no_alarm(
    session_on: Callable[[Path], Sandbox], oracle: Oracle, path: Path, contract: str, cases: int | None
) -> None:
    """Loops, graph walks and einsum, tapes and inlined layers, other orders of summation and other algebra."""
    plan = Plan((contract_named(contract),), cases=cases)
    results = judge(gather(plan.contracts[0], session_on(path), oracle, plan), oracle, plan)
    assert [(r.check, r.message, r.evidence) for r in results if r.status != "passed" and r.required] == []


@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_every_contract_is_met_in_another_hand(contract: str) -> None:
    """Layers in three of them, networks in at least one."""
    hands = [path.name for path, name in PAIRS if name == contract]
    is_layer = not contract_named(contract).transplants
    assert len(hands) >= (3 if is_layer else 1)
