"""Recurrent layers as they are handed in: what right ones do to their caches is told, and costs nothing."""

from collections.abc import Callable

import pytest
from conftest import Functions, Judge

pytestmark = pytest.mark.usefixtures("without_names")


def consuming(forward: Callable, backward: Callable) -> tuple[Callable, Callable]:
    """The same layer with a list for a cache, of which the backward takes its steps."""

    def listed(*given):
        out, cache = forward(*given)
        return out, [cache]

    return listed, lambda dout, cache: backward(dout, cache.pop())


@pytest.mark.parametrize("layer", ["rnn", "lstm"])
def test_a_backward_that_consumes_its_cache_is_right(layer: str, judge_impl: Judge, impl_functions: Functions) -> None:
    """One in twelve of right public ones does. That a second call of it fails is said beside the points."""
    forward, backward = consuming(impl_functions[f"{layer}_forward"], impl_functions[f"{layer}_backward"])
    results = judge_impl(layer, **{f"{layer}_forward": forward, f"{layer}_backward": backward})
    assert {name for name, result in results.items() if result.status.is_bad} == {"purity"}
    assert not results["purity"].required
