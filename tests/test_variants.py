"""No false alarm: differently written correct code passes every check of every contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.contracts import all_contracts, contract_named
from conformance.oracle import Oracle
from conformance.runner import Plan, gather, judge
from conformance.sandbox import Sandbox

VARIANTS = sorted((Path(__file__).parent / "variants").glob("*.py"))


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda path: path.stem)
def variant(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One of the variants, in a child process as a submission is."""
    with Sandbox(request.param) as session:
        yield session


@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_correct_code_raises_no_alarm(variant: Sandbox, oracle: Oracle, contract: str) -> None:
    """Loops, graph walks and einsum, other orders of summation and other algebra."""
    plan = Plan((contract_named(contract),))
    results = judge(gather(plan.contracts[0], variant, oracle, plan), oracle, plan)
    assert [(r.check, r.message, r.evidence) for r in results if r.status != "passed" and r.required] == []
