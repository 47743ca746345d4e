"""Recurrent layers as they are handed in: what right ones do to their caches is told, and costs nothing."""

from collections.abc import Callable

import pytest
from conftest import Functions, Judge

from gradproof.conformance.oracle.oracle import computed_answer
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
