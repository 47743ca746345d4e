"""A running variance may start at 0 or, as torch's own does, at 1: neither is a mistake."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import Judge, bad_checks

from gradproof import impl

pytestmark = pytest.mark.usefixtures("without_names")


def starting_at(value: float, forward: Callable[..., Any]) -> Callable[..., Any]:
    """Batch normalization whose running variance starts there where the caller gives none."""

    def normalized(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
        bn_param.setdefault("running_var", np.full(x.shape[1], value, x.dtype))
        return forward(x, gamma, beta, bn_param)

    return normalized


@pytest.mark.parametrize("contract", ["batchnorm", "spatial_batchnorm"])
@pytest.mark.parametrize(("start", "wrong"), [(0.0, set()), (1.0, set()), (0.5, {"running_statistics"})])
def test_it_may_start_at_0_or_at_1(judge_impl: Judge, contract: str, start: float, wrong: set[str]) -> None:
    """Planted: at any other value it is wrong, and so is what follows from it in test mode."""
    name = f"{contract}_forward"
    results = judge_impl(contract, **{name: starting_at(start, getattr(impl, name))})
    assert bad_checks(results) == wrong


def test_a_wrong_update_after_a_start_at_1_is_found(judge_impl: Judge) -> None:
    """Planted: the variance of the batch counts twice."""

    def forward(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
        is_new = "running_var" not in bn_param
        out = starting_at(1.0, impl.batchnorm_forward)(x, gamma, beta, bn_param)
        if is_new:
            bn_param["running_var"] = bn_param["running_var"] + 0.1 * x.var(axis=0)
        return out

    assert bad_checks(judge_impl("batchnorm", batchnorm_forward=forward)) == {"running_statistics"}
