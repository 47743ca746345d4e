"""Mistakes in average pooling whose windows follow from the image."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def over_the_image(out: Step, dx: Step) -> Functions:
    """Global average pooling."""
    return {
        "global_avg_pool_forward": lambda x: (out(x), x.shape),
        "global_avg_pool_backward": lambda dout, shape: np.ones(shape, dout.dtype) * dx(dout, shape)[..., None, None],
    }


@wrong(
    "global_avg_pool",
    "Your backward does not divide by the number of pixels; each has one share of H * W.",
    "What is the derivative of a mean by one of its terms?",
)
def shares_not_divided() -> Functions:
    return over_the_image(lambda x: x.mean(axis=(2, 3)), lambda dout, _shape: dout)


@wrong(
    "global_avg_pool",
    "You take the largest pixel; it is the mean of all.",
    "Which pooling is asked for?",
)
def largest_for_the_mean() -> Functions:
    return over_the_image(lambda x: x.max(axis=(2, 3)), lambda dout, shape: dout / dout.dtype.type(shape[2] * shape[3]))


def adaptive(ends: Step, add: bool = True, square: bool = False) -> Functions:
    """Adaptive average pooling with windows that end at ``ends(i, length, windows)``."""

    def spans(length: int, windows: int) -> list[slice]:
        return [slice(i * length // windows, ends(i, length, windows)) for i in range(windows)]

    def windows_of(shape: Any, windows: int) -> Any:
        sides = (shape[2], shape[2] if square else shape[3])
        rows, columns = (spans(length, windows) for length in sides)
        return [(i, j, rows[i], columns[j]) for i in range(windows) for j in range(windows)]

    def adaptive_avg_pool_forward(x: Array, output_size: int) -> Any:
        out = np.zeros((*x.shape[:2], output_size, output_size), x.dtype)
        for i, j, rows, columns in windows_of(x.shape, output_size):
            out[:, :, i, j] = x[:, :, rows, columns].mean(axis=(2, 3))
        return out, (x.shape, output_size)

    def adaptive_avg_pool_backward(dout: Array, cache: Any) -> Any:
        shape, windows = cache
        dx = np.zeros(shape, dout.dtype)
        for i, j, rows, columns in windows_of(shape, windows):
            seen = dx[:, :, rows, columns]
            share = (dout[:, :, i, j] / dout.dtype.type(max(seen[0, 0].size, 1)))[..., None, None]
            dx[:, :, rows, columns] = seen + share if add else share
        return dx

    return {
        "adaptive_avg_pool_forward": adaptive_avg_pool_forward,
        "adaptive_avg_pool_backward": adaptive_avg_pool_backward,
    }


@wrong(
    "adaptive_avg_pool",
    "Your windows end where the next begins; they end at the next whole pixel, and so may overlap by one.",
    "What is ceil((i + 1) * H / output_size), and what does your code round?",
)
def windows_do_not_overlap() -> Functions:
    return adaptive(lambda i, length, windows: max((i + 1) * length // windows, i * length // windows + 1))


@wrong(
    "adaptive_avg_pool",
    "Your backward writes over what an overlapping window has given; windows add up where they overlap.",
    "How many windows can one pixel be in?",
)
def overlaps_written_over() -> Functions:
    return adaptive(lambda i, length, windows: -(-(i + 1) * length // windows), add=False)
