"""What computes in float32 whatever it gets: a convention to declare, told where it is not declared."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from conftest import Judge, bad_checks, hinted

from gradproof import impl
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.oracle.oracle import Oracle, TorchOracle
from gradproof.conformance.spec.cases import parse_case_id
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT

SINGLE = DEFAULT.in_precision("float32")
FUNCTIONS = ("softmax_loss", "affine_forward", "affine_backward")


def _single(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_single, value))
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function on arguments that are rounded to float32."""
    return lambda *arguments: function(*map(_single, arguments))


def judged_in_float32(judge_impl: Judge, contract: str, **replaced: Callable[..., Any]) -> Mapping[str, Result]:
    """A contract of functions that compute in float32, where that is declared."""
    functions = {name: getattr(impl, name) for name in FUNCTIONS} | replaced
    return judge_impl(contract, dialect=SINGLE, **{name: in_float32(each) for name, each in functions.items()})


def bias_gradient_is_a_mean(dout: Any, cache: Any) -> Any:
    """A gradient of the bias that is a mean."""
    dx, dw, _ = impl.affine_backward(dout, cache)
    return dx, dw, dout.mean(axis=0)


@pytest.mark.parametrize("contract", ["affine", "softmax_loss"])
def test_what_computes_in_float32_is_right_where_that_is_declared(judge_impl: Judge, contract: str) -> None:
    """Its values are held to float32's yardstick, and float64 in may be float32 out; nothing is differentiated."""
    results = judged_in_float32(judge_impl, contract)
    assert not bad_checks(results)
    assert results["finite_difference"].status == Status.SKIPPED


@pytest.mark.parametrize("contract", ["affine", "softmax_loss"])
def test_what_computes_in_float32_is_told_to_declare_it(judge_impl: Judge, contract: str) -> None:
    """It is right in that precision; that its backward fits its forward, as ever, is not said."""
    results = judge_impl(contract, **{name: in_float32(getattr(impl, name)) for name in FUNCTIONS})
    assert results["forward"].diagnosis == "dialect:precision=float32"
    assert "precision=float32" in results["forward"].hint
    assert "the backward is right" not in results["forward"].hint


def test_a_mistake_is_caught_and_named_in_float32(judge_impl: Judge) -> None:
    """The same wrong values in fewer digits have the same name."""
    results = judged_in_float32(judge_impl, "affine", affine_backward=bias_gradient_is_a_mean)
    assert bad_checks(results) == {"gradient"}
    assert results["gradient"].diagnosis == "affine:bias_gradient_is_a_mean"


@pytest.mark.parametrize("beside", [1e-8, 1e-4])
def test_an_error_as_small_as_rounding_is_not_said_to_be_rounding(judge_impl: Judge, beside: float) -> None:
    """What has the digits of float64 was not computed in float32, however near it is."""

    def affine_forward(x: Any, w: Any, b: Any) -> Any:
        out, cache = impl.affine_forward(x, w, b)
        return out * (1 + beside), cache

    results = judge_impl("affine", affine_forward=affine_forward)
    assert results["forward"].status == Status.FAILED
    assert "precision" not in hinted(results)


def test_a_mistake_that_float32_does_not_explain_is_not_put_down_to_it(judge_impl: Judge) -> None:
    """Computed in float32 and wrong besides: declaring the precision would mend nothing."""
    functions = {name: in_float32(getattr(impl, name)) for name in FUNCTIONS}
    results = judge_impl("affine", **functions | {"affine_backward": in_float32(bias_gradient_is_a_mean)})
    assert "precision" not in hinted(results)


@pytest.mark.usefixtures("without_names")
def test_what_is_off_by_more_than_float32_rounds_fails_where_it_is_declared(judge_impl: Judge) -> None:
    """One part in a thousand."""

    def affine_forward(x: Any, w: Any, b: Any) -> Any:
        out, cache = impl.affine_forward(x, w, b)
        return out * np.float32(1.001), cache

    assert "forward" in bad_checks(judged_in_float32(judge_impl, "affine", affine_forward=affine_forward))


@pytest.mark.needs_torch
def test_a_case_in_float32_is_the_same_however_it_is_answered(oracle: Oracle) -> None:
    """Recorded or live: the same id, which can be drawn again, and about the same yardstick, float32's."""
    contract = contract_named("affine")
    (recorded, *_), (live, *_) = (each.cases(contract, SINGLE, 2) for each in (oracle, TorchOracle()))
    assert recorded.id == live.id == "affine/0/0/precision=float32"
    assert parse_case_id(live.id).dialect == SINGLE
    units = [each.answer(recorded).units["out"] for each in (oracle, TorchOracle())]
    assert np.allclose(*units, rtol=1.0)
    assert units[0].min() > 1e6 * oracle.answer(recorded.in_precision("given")).units["out"].min()
