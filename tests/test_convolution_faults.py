"""What submissions get wrong in convolution, pooling and spatial normalization is caught, and told."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, local_session

from gradproof import impl
from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.runner import Plan, gather, judge, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import Dialect

pytestmark = pytest.mark.usefixtures("without_names")


def swapped(x):
    return x.swapaxes(2, 3)


def pad_to_minus_pad(dout, cache):
    dx, dw, db = impl.conv_backward_naive(dout, cache)
    return dx if cache.windows.pad[0] else dx[:, :, 0:-0, 0:-0], dw, db


def flipped(x, w, b, conv_param):
    return impl.conv_forward_naive(x, w[:, :, ::-1, ::-1].copy(), b, conv_param)


def bias_over_rows(dout, cache):
    dx, dw, _ = impl.conv_backward_naive(dout, cache)
    return dx, dw, dout.sum(axis=(0, 2))[:, 0]


def unflipped_dx(dout, cache):
    turned = replace(cache, w=cache.w[:, :, ::-1, ::-1].copy())
    return impl.conv_backward_naive(dout, turned)[0], *impl.conv_backward_naive(dout, cache)[1:]


def rows_and_columns_exchanged(x, w, b, conv_param):
    out, cache = impl.conv_forward_naive(swapped(x), w, b, conv_param)
    return swapped(out), cache


def overwritten(dout, cache):
    dx = np.zeros_like(cache.x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = (n, c, *cache.windows.window(i, j))
        dx[window] = np.where(cache.x[window] == cache.out[n, c, i, j], dout[n, c, i, j], dx[window])
    return dx


def last_of_the_ties(dout, cache):
    dx = np.zeros_like(cache.x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = (n, c, *cache.windows.window(i, j))
        last = np.flatnonzero(cache.x[window] == cache.out[n, c, i, j])[-1]
        dx[window][np.unravel_index(last, cache.windows.kernel)] += dout[n, c, i, j]
    return dx


def average_over_all_channels(x, pool_param):
    out, cache = impl.avg_pool_forward_naive(x, pool_param)
    return out / x.shape[1], cache


def per_image(x, gamma, beta, bn_param):
    if bn_param["mode"] == "test":
        return impl.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    _, cache = impl.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    return impl.instancenorm_forward(x, gamma, beta, {})[0], cache


def place_in_8_bits(dout, cache):
    dx = np.zeros_like(cache.x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = dx[(n, c, *cache.windows.window(i, j))]
        at = np.flatnonzero(cache.x[(n, c, *cache.windows.window(i, j))] == cache.out[n, c, i, j])[0]
        window[np.unravel_index(at % 256, window.shape)] += dout[n, c, i, j]
    return dx


def channels_mixed_by_a_reshape(x, gamma, beta, bn_param):
    n, c, h, w = x.shape
    out, cache = impl.batchnorm_forward(x.reshape(-1, c), gamma, beta, bn_param)
    return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), cache


def channels_in_a_group(x, gamma, beta, G, gn_param):
    return impl.spatial_groupnorm_forward(x, gamma, beta, x.shape[1] // G, gn_param)


def interleaved(x, gamma, beta, G, gn_param):
    c = x.shape[1]
    order = np.arange(c).reshape(c // G, G).T.ravel()
    plain = np.ones((1, c, 1, 1)), np.zeros((1, c, 1, 1))
    x_hat = impl.spatial_groupnorm_forward(x[:, order], *plain, G, gn_param)[0][:, np.argsort(order)]
    return x_hat * gamma + beta, impl.spatial_groupnorm_forward(x, gamma, beta, G, gn_param)[1]


WRONG = {
    "conv_backward_naive": (pad_to_minus_pad, bias_over_rows, unflipped_dx),
    "conv_forward_naive": (flipped, rows_and_columns_exchanged),
    "max_pool_backward_naive": (overwritten, last_of_the_ties, place_in_8_bits),
    "avg_pool_forward_naive": (average_over_all_channels,),
    "spatial_batchnorm_forward": (per_image, channels_mixed_by_a_reshape),
    "spatial_groupnorm_forward": (channels_in_a_group, interleaved),
}
CONTRACT_OF = {"conv": "conv", "max": "max_pool", "avg": "avg_pool", "spatial": ""}


@pytest.mark.parametrize(
    ("function", "wrong"),
    [(function, wrong) for function, mistakes in WRONG.items() for wrong in mistakes],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_what_submissions_get_wrong_is_caught(judge_impl: Judge, function: str, wrong: Callable[..., object]) -> None:
    """Each in the check of the function that has it."""
    first = function.split("_", maxsplit=1)[0]
    contract = CONTRACT_OF[first] or function.removesuffix("_forward")
    assert bad_checks(judge_impl(contract, **{function: wrong})) & {"forward", "gradient", "interface"}


def test_a_slice_to_minus_zero_is_told_to_be_there_at_pad_0_alone(judge_impl: Judge) -> None:
    """The message and the hint say where, and that nothing comes back."""
    results = judge_impl("conv", conv_backward_naive=pad_to_minus_pad)
    assert bad_checks(results) == {"interface"}
    assert "dx has shape" in results["interface"].message


def test_a_wrong_value_without_padding_alone_is_said_to_be_there(judge_impl: Judge) -> None:
    """The message says what all failing cases have in common."""

    def wrong(dout, cache):
        dx, dw, db = impl.conv_backward_naive(dout, cache)
        return dx * (cache.windows.pad[0] > 0), dw, db

    results = judge_impl("conv", conv_backward_naive=wrong)
    assert bad_checks(results) == {"gradient"}
    assert "in all cases with pad=0 and in no other" in results["gradient"].message


def test_a_scenarios_hint_is_given_where_no_other_scenario_fails(judge_impl: Judge) -> None:
    """Several windows without padding: the hint of that. A single one too: none, for either would lead astray."""

    def wrong_on(is_there):
        def conv_forward_naive(x, w, b, conv_param):
            out, cache = impl.conv_forward_naive(x, w, b, conv_param)
            return out + (conv_param["pad"] == 0 and is_there(out[0, 0].size)), cache

        return judge_impl("conv", conv_forward_naive=conv_forward_naive)["forward"]

    assert "pad is 0" in wrong_on(lambda windows: windows > 1).hint
    assert "pad is 0" not in wrong_on(lambda windows: windows > 0).hint


def every_tie(dout, cache):
    """The whole gradient to each of several maxima."""
    dx = np.zeros_like(cache.x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = (n, c, *cache.windows.window(i, j))
        dx[window] += (cache.x[window] == cache.out[n, c, i, j]) * dout[n, c, i, j]
    return dx


@pytest.mark.parametrize(("asked", "fails"), [("either", False), ("all", False), ("first", True), ("split", True)])
def test_ties_of_a_pooling_are_a_dialect(oracle: Oracle, impl_functions: Functions, asked: str, fails: bool) -> None:
    """Whoever gives each of several maxima the gradient is right under ``all`` and by default."""
    functions = {**impl_functions, "max_pool_backward_naive": every_tie}
    plan = Plan((contract_named("max_pool"),), dialect=Dialect(pool_ties=asked))
    results = judge(gather(plan.contracts[0], local_session(functions), oracle, plan), oracle, plan)
    diagnoses = {result.diagnosis for result in results if result.status.is_bad}
    assert diagnoses == ({"dialect:pool_ties=all"} if fails else set())


def for_vectors_alone(x, gamma, beta, G, gn_param):
    """A scale of another shape is refused."""
    if gamma.ndim != 1:
        raise ValueError("gamma is no vector")
    return impl.spatial_groupnorm_forward(x, gamma, beta, G, gn_param)


def by_axes(x, gamma, beta, G, gn_param):
    """The axes that a vector lacks are added, whether or not it lacks them."""
    plain = np.ones(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    x_hat, _ = impl.spatial_groupnorm_forward(x, *plain, G, gn_param)
    out = gamma[:, np.newaxis, np.newaxis] * x_hat + beta[:, np.newaxis, np.newaxis]
    return out, impl.spatial_groupnorm_forward(x, gamma, beta, G, gn_param)[1]


@pytest.mark.parametrize("forward", [for_vectors_alone, by_axes])
@pytest.mark.parametrize("scale", ["image", "vector"])
def test_the_shape_of_a_group_norms_scale_is_a_dialect(
    oracle: Oracle, impl_functions: Functions, scale: str, forward: Callable[..., object]
) -> None:
    """Whoever can only do with (C,) is right under ``vector``, is charged once elsewhere, and told so."""
    functions = {**impl_functions, "spatial_groupnorm_forward": forward}
    plan = Plan((contract_named("spatial_groupnorm"),), dialect=Dialect(groupnorm_scale=scale))
    results = judge(gather(plan.contracts[0], local_session(functions), oracle, plan), oracle, plan)
    diagnoses = [result.diagnosis for result in results if result.status.is_bad and result.required]
    assert diagnoses == ([] if scale == "vector" else ["dialect:groupnorm_scale=vector"])


def in_a_square(x, w, b, conv_param):
    """The output as wide as it is high; the backward does not get over it."""
    out, cache = impl.conv_forward_naive(x, w, b, conv_param)
    rows, columns = out.shape[2:]
    square = np.zeros((*out.shape[:2], rows, rows), out.dtype)
    square[..., :columns] = out[..., :rows]
    return square, cache


def test_what_is_raised_after_a_wrong_shape_is_owed_to_that(judge_impl: Judge) -> None:
    """The interface is charged, and not the gradient as well."""

    def backward(dout, cache):
        return impl.conv_backward_naive(dout, cache) if dout.shape[2] == dout.shape[3] else undefined  # noqa: F821

    results = judge_impl("conv", conv_forward_naive=in_a_square, conv_backward_naive=backward)
    assert bad_checks(results) == {"interface"}


def test_a_convention_explains_values_whatever_else_the_interface_lacks(
    oracle: Oracle, impl_functions: Functions
) -> None:
    """A penalty without the half, in a network whose biases start at random: one is a convention, the other charged."""

    class Net(impl.ThreeLayerConvNet):
        def __init__(self, reg=0.0, weight_scale=1e-3, dtype=np.float32, **sizes):
            super().__init__(**sizes, weight_scale=weight_scale, reg=reg, dtype=dtype, l2="full")
            self.params["b1"] = self.params["b1"] + np.random.default_rng(3).standard_normal(self.params["b1"].shape)

    plan = Plan((contract_named("three_layer_conv_net"),))
    session = local_session({**impl_functions, "ThreeLayerConvNet": Net})
    results = judge(gather(plan.contracts[0], session, oracle, plan), oracle, plan)
    diagnoses = {result.check: result.diagnosis for result in results if result.status.is_bad and result.required}
    assert diagnoses.keys() == {"interface", "forward"}
    assert diagnoses["forward"] == "dialect:l2=full"


def test_a_network_without_parameters_looks_unfilled(judge_impl: Judge) -> None:
    """As the handout leaves it."""

    class ThreeLayerConvNet(impl.ThreeLayerConvNet):
        def __init__(self, *sizes, **options):
            super().__init__(*sizes, **options)
            self.params = {}

    results = judge_impl("three_layer_conv_net", ThreeLayerConvNet=ThreeLayerConvNet)
    assert "ThreeLayerConvNet has no params and looks unfilled; expected W1, b1" in results["interface"].message


def test_three_cases_have_no_setting_in_common(judge_impl: Judge) -> None:
    """Two of three may well have one memory layout by chance."""

    class ThreeLayerConvNet(impl.ThreeLayerConvNet):
        def loss(self, X, y=None):
            scores = super().loss(X)
            return (scores if np.abs(scores).max() < 100 else scores + np.inf) if y is None else super().loss(X, y)

    message = judge_impl("three_layer_conv_net", ThreeLayerConvNet=ThreeLayerConvNet)["stability"].message
    assert "scores differs" in message
    assert "in all cases" not in message


def test_a_broken_convolution_is_charged_once(oracle: Oracle, impl_functions: Functions) -> None:
    """The blocks and the network built on it are judged with a proven one, or excused."""

    def conv_backward_fast(dout, cache):
        raise NameError("name 'col2im_6d_cython' is not defined")

    names = ("conv_fast", "conv_relu", "conv_relu_pool", "three_layer_conv_net")
    plan = Plan(tuple(map(contract_named, names)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradproof.impl.blocks_convolution.conv_backward_fast", conv_backward_fast)
        functions = {**impl_functions, "conv_backward_fast": conv_backward_fast}
        results = run("local", local_session(functions), oracle, plan).results
    charged = {(r.contract, r.check) for r in results if r.status.is_bad}
    assert charged == {("conv_fast", "gradient")}
    assert all(r.status == Status.PASSED for r in results if r.contract == "three_layer_conv_net")


def _exchanged(x, w, b, conv_param):
    """The pads of rows and columns are."""
    rows, columns = np.broadcast_to(conv_param["pad"], 2)
    return impl.conv_forward_extended(x, w, b, {**conv_param, "pad": (int(columns), int(rows))})


def _of_one_number(x, w, b, conv_param):
    """A text that has one number for both sides."""
    if not all(isinstance(each, int) for each in conv_param.values()):
        raise TypeError(conv_param)
    return impl.conv_forward_extended(x, w, b, conv_param)


def test_what_is_another_for_rows_than_for_columns_is_asked_for(judge_impl: Judge) -> None:
    """Who knows one number for both may refuse it."""
    assert "forward" in bad_checks(judge_impl("conv_extended", conv_forward_extended=_exchanged))
    assert not bad_checks(judge_impl("conv_extended", conv_forward_extended=_of_one_number))
