"""No false alarm: differently written correct code passes every check of every contract."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.power.submissions import PACKAGE, VARIANTS, variants
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts, contract_named

CASES = 8
SHARE = 4
NAMES = [contract.name for contract in all_contracts()]


@pytest.fixture(scope="module")
def hands() -> dict[str, list[Path]]:
    """Contract by contract, the variants that offer its functions, found when a test asks: every worker collects."""
    told = [(VARIANTS / each.name, *each.contracts) for each in variants() if each.name != PACKAGE.name]
    return {contract: [path for path, name in told if name == contract] for contract in NAMES}


@pytest.fixture(scope="module")
def session_on() -> Iterator[Callable[[Path], Sandbox]]:
    """A variant in a child process, as a submission is: one child for all of its contracts."""
    with ExitStack() as open_ones:
        yield cache(lambda path: open_ones.enter_context(Sandbox(path)))


@pytest.mark.parametrize("contract", NAMES)
@pytest.mark.parametrize(("share", "cases"), [(SHARE, CASES), pytest.param(1, None, marks=pytest.mark.release)])
def test_correct_code_raises_no_alarm(
    session_on: Callable[[Path], Sandbox],
    oracle: Oracle,
    hands: dict[str, list[Path]],
    contract: str,
    share: int,
    cases: int | None,
) -> None:
    """Loops, graph walks and einsum, tapes and inlined layers, other orders of summation and other algebra.

    A change tries one hand in four of each contract, at least one; a release all of them, on all cases.
    """
    of_all = hands[contract]
    first = NAMES.index(contract) % min(share, len(of_all))
    plan = Plan((contract_named(contract),), cases=cases)
    for path in of_all[first::share]:
        results = judge(gather(plan.contracts[0], session_on(path), oracle, plan), oracle, plan)
        alarms = [(r.check, r.message, r.evidence) for r in results if r.status != "passed" and r.required]
        assert (path.name, alarms) == (path.name, [])


@pytest.mark.parametrize("contract", NAMES)
def test_every_contract_is_met_in_another_hand(hands: dict[str, list[Path]], contract: str) -> None:
    """Layers in three of them, networks in at least one."""
    is_layer = not contract_named(contract).transplants
    assert len(hands[contract]) >= (3 if is_layer else 1)
