"""What is kept by the array that was given, and not by its values: it is caught, and said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, one_in

pytestmark = pytest.mark.usefixtures("without_names")

Backward = Callable[[Any, Any], Any]


def by_id_and_shape(backward: Backward) -> Backward:
    """The arrays live on, so that no id is another's: right, if each gradient came in an array of its own."""
    kept: dict[Any, Any] = {}

    def kept_backward(dout: Any, cache: Any) -> Any:
        key = id(dout), dout.shape
        if key not in kept:
            kept[key] = dout, backward(dout, cache)
        return kept[key][1]

    return kept_backward


def by_the_last(backward: Backward) -> Backward:
    """One step of memory."""
    last: list[Any] = [None, None]

    def kept_backward(dout: Any, cache: Any) -> Any:
        if dout is not last[0]:
            last[:] = dout, backward(dout, cache)
        return last[1]

    return kept_backward


def by_cache(backward: Backward) -> Backward:
    """As if nobody asked twice."""
    kept: list[tuple[Any, Any]] = []

    def kept_backward(dout: Any, cache: Any) -> Any:
        if all(cache is not each for each, _ in kept):
            kept.append((cache, backward(dout, cache)))
        return next(gradients for each, gradients in kept if each is cache)

    return kept_backward


def by_a_rounded_sum(backward: Backward) -> Backward:
    """To three digits of the gradient, and all of the cache."""
    kept: dict[Any, Any] = {}

    def kept_backward(dout: Any, cache: Any) -> Any:
        key = dout.shape, dout.dtype, f"{dout.sum():.2e}", id(cache)
        if key not in kept:
            kept[key] = cache, backward(dout, cache)
        return kept[key][1]

    return kept_backward


def by_values(backward: Backward) -> Backward:
    """Right: what is kept is found by all that it depends on."""
    kept: dict[Any, Any] = {}

    def kept_backward(dout: Any, cache: Any) -> Any:
        key = dout.shape, dout.dtype, np.ascontiguousarray(dout).tobytes(), id(cache)
        if key not in kept:
            kept[key] = cache, backward(dout, cache)
        return kept[key][1]

    return kept_backward


LAYERS = (
    ("relu", "relu_backward"),
    ("affine", "affine_backward"),
    ("batchnorm", "batchnorm_backward"),
    ("conv", "conv_backward_naive"),
    ("max_pool", "max_pool_backward_naive"),
    ("dropout", "dropout_backward"),
    ("gru_step", "gru_step_backward"),
    ("softmax", "softmax_backward"),
)
KEEPERS = (by_id_and_shape, by_the_last, by_cache, by_a_rounded_sum)
PLANTED = [(*layer, keeper) for at, layer in enumerate(LAYERS) for keeper in (KEEPERS[at % 4], KEEPERS[(at + 1) % 4])]


@pytest.mark.parametrize(("contract", "function", "keeper"), one_in(3, PLANTED))
def test_a_gradient_that_is_found_by_its_array_is_caught(
    contract: str, function: str, keeper: Callable[[Backward], Backward], judge_impl: Judge, impl_functions: Functions
) -> None:
    """Loops write new values into the arrays that they have: it says so."""
    results = judge_impl(contract, **{function: keeper(impl_functions[function])})
    assert bad_checks(results) == {"purity"}
    assert "hold other values" in results["purity"].message


FORWARDS = (("affine", "affine_forward"), ("softmax_loss", "softmax_loss"), ("rnn_step", "rnn_step_forward"))


@pytest.mark.parametrize(("contract", "function"), one_in(2, FORWARDS))
def test_what_a_forward_keeps_is_found_by_values(
    contract: str, function: str, judge_impl: Judge, impl_functions: Functions
) -> None:
    """Not by the array; in new arrays the wrong one is right, and so are all of its values."""
    forward, held, kept = impl_functions[function], {}, {}

    def by_array(*arguments: Any) -> Any:
        return held.setdefault(tuple(map(id, arguments)), (arguments, forward(*arguments)))[1]

    def by_values_of_all(*arguments: Any) -> Any:
        key = tuple((each.shape, each.dtype.str, np.ascontiguousarray(each).tobytes()) for each in arguments)
        return kept[key] if key in kept else kept.setdefault(key, forward(*arguments))

    results = judge_impl(contract, **{function: by_array})
    assert bad_checks(results) == {"purity"}
    assert f"{function} gives the" in results["purity"].message
    assert bad_checks(judge_impl(contract, **{function: by_values_of_all})) == set()


@pytest.mark.parametrize(("contract", "function"), one_in(3, LAYERS))
def test_a_gradient_that_is_found_by_its_values_is_right(
    contract: str, function: str, judge_impl: Judge, impl_functions: Functions
) -> None:
    """Whoever keeps it so is told nothing."""
    assert bad_checks(judge_impl(contract, **{function: by_values(impl_functions[function])})) == set()
