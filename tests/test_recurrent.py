"""Recurrent layers as they are handed in: what right ones do to their caches is told, and costs nothing."""

from collections.abc import Callable

import numpy as np
import pytest
from conftest import Functions, Judge

from gradproof import impl
from gradproof.conformance.oracle.computed import computed_answer
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.usefixtures("without_names")


def consuming(forward: Callable, backward: Callable) -> tuple[Callable, Callable]:
    """The same layer with a list for a cache, of which the backward takes its steps."""

    def listed(*given):
        out, cache = forward(*given)
        return out, [cache]

    return listed, lambda dout, cache: backward(dout, cache.pop())


@pytest.mark.parametrize("layer", ["rnn", "lstm", "gru"])
def test_a_backward_that_consumes_its_cache_is_right(layer: str, judge_impl: Judge, impl_functions: Functions) -> None:
    """One in twelve of right public ones does. That a second call of it fails is said beside the points."""
    forward, backward = consuming(impl_functions[f"{layer}_forward"], impl_functions[f"{layer}_backward"])
    results = judge_impl(layer, **{f"{layer}_forward": forward, f"{layer}_backward": backward})
    assert {name for name, result in results.items() if result.status.is_bad} == {"purity"}
    assert not results["purity"].required


@pytest.mark.needs_torch
def test_gates_that_are_far_out_leave_something_to_differentiate() -> None:
    """In this case every unit of the LSTM was at its end, and no gradient could tell right from wrong."""
    answer = computed_answer(draw_case(contract_named("lstm"), 11, 75))
    assert abs(answer.values["dh0"]).max() > 1e-6


def rnn_step_by_exp(x, prev_h, Wx, Wh, b, dnext_h):
    """The gradients of a step, tanh by ``exp(-2 |a|)``, which overflows nowhere."""
    a = np.hstack([prev_h, x]) @ np.vstack([Wh, Wx]) + b
    shrunk = np.exp(-2 * np.abs(a))
    h = np.sign(a) * (1 - shrunk) / (1 + shrunk)
    da = dnext_h - dnext_h * h * h
    return {"dx": da @ Wx.T, "dprev_h": da @ Wh.T, "dWx": x.T @ da, "dWh": prev_h.T @ da, "db": da.sum(axis=0)}


def rnn_of_impl(dh, **given):
    """The gradients of impl."""
    gradients = impl.rnn_backward(dh, impl.rnn_forward(**given)[1])
    return dict(zip(("dx", "dh0", "dWx", "dWh", "db"), gradients, strict=True))


@pytest.mark.needs_torch
@pytest.mark.parametrize(
    ("contract", "seed", "index", "hand"),
    [("rnn_step", 110, 100, rnn_step_by_exp), ("rnn", 21, 41, rnn_of_impl), ("rnn", 23, 65, rnn_of_impl)],
)
def test_what_the_slope_of_a_flat_tanh_loses_is_allowed(
    contract: str, seed: int, index: int, hand: Callable[..., Functions]
) -> None:
    """All float32 runs rounded one state alike, by luck by nearly nothing: these were off by up to 52 yardsticks."""
    case = draw_case(contract_named(contract), seed, index)
    answer = computed_answer(case)
    off = [
        compare(got, answer.values[name], answer.units[name], case.dtype).normwise
        for name, got in hand(**case.inputs).items()
    ]
    assert max(off) < 3


@pytest.mark.needs_torch
@pytest.mark.parametrize("contract", ["rnn_step", "rnn", "bidirectional_rnn"])
def test_the_twin_that_rounds_to_the_next_number_is_the_same_function(contract: str) -> None:
    """In float64 it is off by no more than a number or two at each step."""
    case = draw_case(contract_named(contract), 0, 2)
    answer = computed_answer(case)
    reference, other = contract_named(contract).rounded(case)
    assert reference.keys() == other.keys()
    for name in reference:
        assert 0 < compare(other[name], answer.values[name], answer.units[name], case.dtype).normwise < 4
