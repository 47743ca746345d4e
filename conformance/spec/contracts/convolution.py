"""conv and conv_fast: out[n, f, i, j] = b[f] + the sum over w[f] times window (i, j) of the padded x[n].

There every stride fits: what is left over at the right and the bottom, many texts rule out and torch ignores. That, and
groups and dilation, are for conv_extended, whoever offers it by name.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, choose, length, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Drawn, Function, Scenario, twin
from gradproof.conformance.spec.in_use.draws import MANY_HINT, upstream

Pair = tuple[int, int]  # rows, columns
GRADIENTS = {"dx": "x", "dw": "w", "db": "b"}
KERNELS = (1, 2, 3, 4)
MOST_WINDOWS = 3  # each way

LEFT_OVER_HINT = "the stride does not fit: what is left over is ignored"
PAIRS_HINT = "stride, pad and dilation are lists of two: the first is that of the rows, the second that of the columns"
UNPADDED_HINT = "pad is 0: a slice from pad to -pad is empty there"
ONE_PIXEL_HINT = "the image is a single pixel, and all else under the kernel is padding"
NON_SQUARE_HINT = "images and kernels are not square: rows and columns each have a count and a size of their own"


def side(kernel: int, windows: int, stride: int, pad: int = 0) -> int:
    """The length of an image that so many windows fill exactly."""
    return stride * (windows - 1) + kernel - 2 * pad


def fitting(rng: np.random.Generator, kernel: int, stride: int, pad: int = 0, most: int = MOST_WINDOWS) -> int:
    """A number of windows that some image has."""
    counts = [n for n in range(1, most + 1) if side(kernel, n, stride, pad) > 0]
    return int(choose(rng, counts))


def two_different(rng: np.random.Generator, values: tuple[int, ...]) -> tuple[int, int]:
    """Two of the values."""
    one, other = rng.choice(values, 2, replace=False)
    return int(one), int(other)


def draw_conv(
    pads: tuple[int, ...],
    is_square: bool = False,
    kernels: tuple[int, ...] = KERNELS,
    most_windows: int = MOST_WINDOWS,
    has_many: bool = False,
) -> Draw:
    """Images, kernels and strides, every pad below the kernel's size; bias and dout are random, never 0 or 1."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        samples, channels, filters = (length(rng, limit) for limit in (2, min(size, 3), min(size, 3)))
        samples, channels, filters = (17, 3, 17) if has_many else (samples, channels, filters)
        stride, pad = choose(rng, (1, 2, 3)), choose(rng, pads)
        possible = tuple(k for k in kernels if k > pad)
        kernel = (choose(rng, possible),) * 2 if is_square else two_different(rng, possible)
        counts = tuple(fitting(rng, k, stride, pad, most_windows) for k in kernel)
        counts = counts[:1] * 2 if is_square else counts
        image = tuple(side(k, n, stride, pad) for k, n in zip(kernel, counts, strict=True))
        inputs = {
            "x": normal(rng, samples, channels, *image),
            "w": normal(rng, filters, channels, *kernel),
            "b": normal(rng, filters),
            "dout": upstream(rng, size, samples, filters, *counts),
        }
        return Drawn(inputs, {"conv_param": {"stride": stride, "pad": pad}})

    return draw


def convolved(x: Array, w: Array, b: Array, stride: int | Pair, pad: int | Pair) -> Array:
    """The convolution itself, to see where a rectifier above it has its kink."""
    (rows, columns), (top, left) = np.broadcast_to(stride, 2), np.broadcast_to(pad, 2)
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::rows, ::columns]
    return np.asarray(np.einsum("nchwkl,fckl->nfhw", windows, w) + b[:, np.newaxis, np.newaxis])


def draw_extended(
    most_groups: int,
    dilations: tuple[int, ...],
    leftovers: tuple[int, ...],
    least_channels: int = 1,
    pads: tuple[int, ...] = (0, 1),
) -> Draw:
    """Groups of channels, kernels with gaps, images with rows and columns that no window reaches."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        groups = int(rng.integers(min(2, most_groups), most_groups + 1))
        samples, channels, filters = (length(rng, 2, least) for least in (1, least_channels, least_channels))
        stride, pad, dilation = 2, choose(rng, pads), choose(rng, dilations)
        kernel = two_different(rng, (2, 3))
        reach = tuple(dilation * (k - 1) + 1 for k in kernel)
        counts = two_different(rng, (2, 3))
        image = tuple(side(k, n, stride, pad) + int(choose(rng, leftovers)) for k, n in zip(reach, counts, strict=True))
        inputs = {
            "x": normal(rng, samples, groups * channels, *image),
            "w": normal(rng, groups * filters, channels, *kernel),
            "b": normal(rng, groups * filters),
            "dout": upstream(rng, size, samples, groups * filters, *counts),
        }
        return Drawn(inputs, {"conv_param": {"stride": stride, "pad": pad, "dilation": dilation, "groups": groups}})

    return draw


def draw_pairs(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Strides, pads and dilations of rows that are others than those of columns, in lists, as JSON has them."""
    samples, channels, filters = (length(rng, 2) for _ in range(3))
    strides, pads, dilations = (two_different(rng, values) for values in ((1, 2, 3), (0, 1, 2), (1, 2)))
    kernel = two_different(rng, (2, 3))
    reach = tuple(dilation * (k - 1) + 1 for dilation, k in zip(dilations, kernel, strict=True))
    counts = two_different(rng, (3, 4))  # so many that no image is all padding
    image = tuple(map(side, reach, counts, strides, pads))
    pairs: Any = {"stride": [*strides], "pad": [*pads], "dilation": [*dilations]}
    inputs = {
        "x": normal(rng, samples, channels, *image),
        "w": normal(rng, filters, channels, *kernel),
        "b": normal(rng, filters),
        "dout": upstream(rng, size, samples, filters, *counts),
    }
    return Drawn(inputs, {"conv_param": pairs})


def conv(name: str, version: str) -> Contract:
    """The row of one version of the convolution."""
    return Contract(
        name=name,
        functions=(
            Function(f"conv_forward_{version}", ("x", "w", "b", "conv_param"), ("out", "cache")),
            Function(f"conv_backward_{version}", ("dout", "cache"), tuple(GRADIENTS)),
        ),
        scenarios=(
            Scenario("square", draw_conv((1,), is_square=True)),
            Scenario("unpadded", draw_conv((0,)), hint=UNPADDED_HINT),
            Scenario("non_square", draw_conv((1, 2)), share=3, hint=NON_SQUARE_HINT),
            Scenario("one_window", draw_conv((0,), most_windows=1), hint="the kernel is as large as the image"),
            Scenario(
                "many_samples",
                draw_conv((1,), kernels=(2, 3), most_windows=2, has_many=True),
                places=(20, 23),
                hint=MANY_HINT,
            ),
            Scenario("one_pixel", draw_conv((1,), is_square=True, kernels=(3,), most_windows=1), hint=ONE_PIXEL_HINT),
        ),
        reference=twin("convolution", "conv_forward", wrt=GRADIENTS),
        observes={"out": "forward", **dict.fromkeys(GRADIENTS, "gradient")},
        gradients=GRADIENTS,
    )


EXTENSIONS = (
    Scenario("groups", draw_extended(3, (1,), (0,), least_channels=2), share=2),
    Scenario("dilation", draw_extended(1, (2,), (0,))),
    Scenario("left_over", draw_extended(1, (1,), (1,), pads=(0,)), hint=LEFT_OVER_HINT),
    Scenario("all", draw_extended(2, (1, 2), (0, 1))),
    Scenario("pairs", draw_pairs, places=(19, 22), hint=PAIRS_HINT, may_refuse=True, at_once=True),
)

CONTRACTS = (
    conv("conv", "naive"),
    conv("conv_fast", "fast"),
    replace(conv("conv_extended", "extended"), scenarios=EXTENSIONS),
)
