"""The slope of a rectifier at 0: any from that of the negative side to 1 is one, unless a dialect says which."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT


def is_right(slope: float, says: str, oracle: Oracle, functions: Functions) -> bool:
    """Whether a relu with this slope at 0 passes under a dialect."""

    def backward(dout, x):
        return dout * np.where(x == 0, slope, x > 0).astype(x.dtype)

    plan = Plan((contract_named("relu"),), replace(DEFAULT, relu_slope=says))
    functions = {**functions, "relu_forward": lambda x: (np.maximum(x, 0), x), "relu_backward": backward}
    results = judge(gather(plan.contracts[0], local_session(functions), oracle, plan), oracle, plan)
    return not any(r.status.is_bad for r in results if r.check == "gradient")


@pytest.mark.parametrize(
    ("slope", "says", "expected"),
    [
        *((slope, "either", True) for slope in (0.0, 0.3, 1.0)),
        *((slope, "either", False) for slope in (-0.1, 1.1)),
        *((0.5, says, False) for says in ("zero", "one")),
    ],
)
def test_a_slope_at_0_is_a_subgradient(
    slope: float, says: str, expected: bool, oracle: Oracle, impl_functions: Functions
) -> None:
    """The hand-outs of some courses take the middle."""
    assert is_right(slope, says, oracle, impl_functions) is expected
