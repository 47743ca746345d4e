"""No false alarm: differently written correct code passes every check of every contract."""

from pathlib import Path

import pytest

from conformance.contracts import all_contracts, contract_named
from conformance.oracle import Oracle
from conformance.runner import Plan, gather, judge
from conformance.session import LocalSession
from conformance.subject import load

VARIANTS = sorted((Path(__file__).parent / "variants").glob("*.py"))


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda path: path.stem)
def variant(request: pytest.FixtureRequest) -> LocalSession:
    """One of the variants, loaded in this process."""
    from conformance.contracts import function_names

    return LocalSession(*load(request.param, function_names()))


@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_correct_code_raises_no_alarm(variant: LocalSession, oracle: Oracle, contract: str) -> None:
    """Loops, graph walks and einsum, other orders of summation and other algebra."""
    plan = Plan((contract_named(contract),))
    results = judge(gather(plan.contracts[0], variant, oracle, plan), oracle, plan)
    assert [(r.check, r.message, r.evidence) for r in results if r.status != "passed"] == []
