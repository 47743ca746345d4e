"""conv_relu, conv_bn_relu, conv_relu_pool."""

from dataclasses import replace
from typing import Any, cast

import numpy as np

from gradproof.conformance.spec.cases import (
    KINK_DISTANCE,
    Array,
    Draw,
    Scalar,
    choose,
    is_clear_of_kinks,
    length,
    normal,
    until,
)
from gradproof.conformance.spec.contract import Case, Dialect, Drawn, twin
from gradproof.conformance.spec.contracts.blocks import (
    AFFINE_GRADIENTS,
    NORM_GRADIENTS,
    OBSERVES_WITH_BATCHNORM,
    block,
    exercise_with_batchnorm,
)
from gradproof.conformance.spec.contracts.convolution import Pair, convolved, side, two_different
from gradproof.conformance.spec.contracts.normalization.draws import STATISTICS, affine_part
from gradproof.conformance.spec.in_use.draws import upstream

CONVOLUTIONS = ("conv", "conv_fast")
BN_TAKES = ("x", "w", "b", "gamma", "beta", "conv_param", "bn_param")
KERNELS = (2, 3)
LEAST_VALUES = 3  # of a channel in a batch: the statistics of two hardly depend on them
WAYS = ("height", "width")
UNPOOLED = {"pool_height": 1, "pool_width": 1, "stride": 1}


def draw_block(is_normalized: bool = False, is_pooled: bool = False) -> Draw:
    """Images and kernels such that no rectifier or maximum sits near its kink, and something of each filter is seen."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        def propose() -> Drawn:
            samples, channels, filters = (length(rng, limit) for limit in (min(size, 3), 2, 2))
            stride, pad = choose(rng, (1, 2)), choose(rng, (0, 1))
            pool = _pool_param(rng) if is_pooled else UNPOOLED
            counts = two_different(rng, (1, 2) if is_pooled else (1, 2, 3))
            windows = (side(pool[f"pool_{way}"], n, pool["stride"]) for way, n in zip(WAYS, counts, strict=True))
            kernel = two_different(rng, KERNELS)
            image = (max(side(k, n, stride, pad), 0) for k, n in zip(kernel, windows, strict=True))
            inputs = {
                "x": normal(rng, samples, channels, *image),
                "w": normal(rng, filters, channels, *kernel),
                "b": normal(rng, filters),
                **(affine_part(rng, filters) if is_normalized else {}),
                "dout": upstream(rng, size, samples, filters, *counts),
            }
            options: dict[str, dict[str, Any]] = {"conv_param": {"stride": stride, "pad": pad}}
            options |= {"bn_param": {"mode": "train"}} if is_normalized else {}
            options |= {"pool_param": pool} if is_pooled else {}
            return Drawn(inputs, options)

        return until(propose, is_telling)

    return draw


def _pool_param(rng: np.random.Generator) -> dict[str, Any]:
    height, width = two_different(rng, (1, 2, 3))
    return {"pool_height": height, "pool_width": width, "stride": choose(rng, (1, 2))}


def is_telling(drawn: Drawn) -> bool:
    """Whether every element is clear of a rectifier's kink, and of another one that a maximum could jump to."""
    inputs, options = drawn.inputs, cast("dict[str, dict[str, Any]]", drawn.options)
    if not inputs["x"].size:
        return False
    scores = convolved(inputs["x"], inputs["w"], inputs["b"], **options["conv_param"])
    if "gamma" in inputs:
        if scores[:, 0].size < LEAST_VALUES:
            return False
        scores = _normalized(scores, inputs["gamma"], inputs["beta"])
    if not is_clear_of_kinks(scores):
        return False
    windows = windowed(np.maximum(scores, 0), **options.get("pool_param", UNPOOLED))
    return is_clear_of_ties(windows) and bool((windows > 0).any(axis=(0, 2, 3, 4)).all())


def windowed(x: Array, pool_height: int, pool_width: int, stride: int | Pair) -> Array:
    """What each window holds: (N, C, H', W', pool_height * pool_width)."""
    rows, columns = np.broadcast_to(stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(x, (pool_height, pool_width), axis=(2, 3))
    windows = windows[:, :, ::rows, ::columns]
    return windows.reshape(*windows.shape[:4], -1)


def is_clear_of_ties(windows: Array) -> bool:
    """Whether in each window of rectified values the largest is 0, or no other one is near it."""
    if windows.shape[-1] == 1:
        return True
    ordered = np.sort(windows, axis=-1)
    largest, second = ordered[..., -1], ordered[..., -2]
    return bool(((largest == 0) | (largest - second > KINK_DISTANCE)).all())


def _normalized(scores: Array, gamma: Array, beta: Array) -> Array:
    centred = scores - scores.mean(axis=(0, 2, 3), keepdims=True)
    variance = np.square(centred).mean(axis=(0, 2, 3), keepdims=True)
    by_channel = (-1, 1, 1)
    return np.asarray(gamma.reshape(by_channel) * centred / np.sqrt(variance + 1e-5) + beta.reshape(by_channel))


def pool_options(case: Case) -> dict[str, Scalar]:
    """The options of the call, both strides among them."""
    return {name.replace("pool_param.", "pool_"): value for name, value in case.scalar_options().items()}


CONTRACTS = (
    replace(
        block((*CONVOLUTIONS, "relu"), "conv_relu", ("x", "w", "b", "conv_param"), AFFINE_GRADIENTS, draw_block()),
        reference=twin("blocks_convolution", "conv_relu_forward", wrt=AFFINE_GRADIENTS),
    ),
    replace(
        block(
            (*CONVOLUTIONS, "spatial_batchnorm", "relu"),
            "conv_bn_relu",
            BN_TAKES,
            NORM_GRADIENTS,
            draw_block(is_normalized=True),
        ),
        exercise=exercise_with_batchnorm("conv_bn_relu", BN_TAKES),
        reference=twin(
            "blocks_convolution", "conv_bn_relu_forward", returns=("out", "running_mean"), wrt=NORM_GRADIENTS
        ),
        observes=OBSERVES_WITH_BATCHNORM,
        vanishes=("db",),  # batch normalization takes the bias out again
        updates=STATISTICS,
    ),
    replace(
        block(
            (*CONVOLUTIONS, "max_pool", "max_pool_fast", "relu"),
            "conv_relu_pool",
            ("x", "w", "b", "conv_param", "pool_param"),
            AFFINE_GRADIENTS,
            draw_block(is_pooled=True),
        ),
        reference=twin("blocks_convolution", "conv_relu_pool_forward", wrt=AFFINE_GRADIENTS, options=pool_options),
    ),
)
