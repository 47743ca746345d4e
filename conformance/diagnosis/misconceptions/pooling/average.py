"""Mistakes in average pooling."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.pooling.base import (
    AVERAGE,
    AVERAGE_NAMES,
    MAXIMUM,
    Step,
    Windows,
    pool,
)
from gradproof.conformance.spec.cases import Array


def average(**steps: Step) -> Functions:
    """Steps of average pooling replaced."""
    return {name: f for name, f in pool(average=replace(AVERAGE, **steps)).items() if name.startswith("avg")}


def shared_by(count: Step) -> Functions:
    """The backward divides dout by ``count(patch, windows)``."""
    return average(share=lambda dout, patch, windows: np.ones_like(patch) * (dout / count(patch, windows)))


@wrong(
    AVERAGE_NAMES,
    "You take the maximum of each window; average pooling takes its mean.",
    "Compare one window with its output by eye.",
)
def maximum_for_average() -> Functions:
    return average(reduce=MAXIMUM.reduce)


@wrong(
    AVERAGE_NAMES,
    "You add the entries of each window; average pooling divides that by their number.",
    "What is the output for an image of ones?",
)
def sum_for_average() -> Functions:
    return average(reduce=lambda patch: patch.sum(axis=(2, 3)))


@wrong(
    AVERAGE_NAMES,
    "You divide the sum of a window by pool_height squared; it has pool_height times pool_width entries.",
    "What is the output for an image of ones? A square window hides this.",
)
def average_over_a_square() -> Functions:
    return average(reduce=lambda patch: patch.sum(axis=(2, 3)) / patch.shape[2] ** 2)


@wrong(
    AVERAGE_NAMES,
    "You divide the mean of each window by the number of channels too; each channel is averaged by itself.",
    "What is the output for an image of ones?",
)
def average_counts_the_channels() -> Functions:
    return average(reduce=lambda patch: AVERAGE.reduce(patch) / patch.shape[1])


@wrong(
    AVERAGE_NAMES,
    "You take the median of each window; average pooling takes its mean.",
    "Does your output change if only the largest entry of a window grows?",
)
def median_for_average() -> Functions:
    return average(reduce=lambda patch: np.median(patch, axis=(2, 3)))


@wrong(
    AVERAGE_NAMES,
    "Your backward gives each entry the whole dout; the forward divided by the size of the window, so divide here too.",
    "If one entry of a window grows by 1, by how much does the mean?",
)
def dout_is_not_divided() -> Functions:
    return shared_by(lambda patch, windows: 1)


@wrong(
    AVERAGE_NAMES,
    "Your backward divides dout by pool_height squared; a window has pool_height times pool_width entries.",
    "How many entries share one dout? A square window hides this.",
)
def dout_is_divided_by_a_square() -> Functions:
    return shared_by(lambda patch, windows: patch.shape[2] ** 2)


@wrong(
    AVERAGE_NAMES,
    "Your backward divides dout by the number of windows; it is divided by the number of entries of one.",
    "How many entries share one dout?",
)
def dout_is_divided_by_the_number_of_windows() -> Functions:
    return shared_by(lambda patch, windows: windows.counts[0] * windows.counts[1])


@wrong(
    AVERAGE_NAMES,
    "Your backward divides dout by the pixels of an image; it is divided by the entries of a window.",
    "How many entries share one dout?",
)
def dout_is_divided_by_the_size_of_the_image() -> Functions:
    return shared_by(lambda patch, windows: windows.x.shape[2] * windows.x.shape[3])


@wrong(
    AVERAGE_NAMES,
    "Your backward divides dout by the square of the stride; it is divided by the entries of a window.",
    "How many entries share one dout? Windows as far apart as they are large hide this.",
)
def dout_is_divided_by_the_stride() -> Functions:
    return shared_by(lambda patch, windows: windows.stride[0] ** 2)


@wrong(
    AVERAGE_NAMES,
    "Your backward gives all of dout to the maximum, as max pooling does; each entry gets an equal share.",
    "Which entries does the mean of a window depend on?",
)
def dout_goes_to_the_maximum() -> Functions:
    return average(share=MAXIMUM.share)


@wrong(
    AVERAGE_NAMES,
    "Your backward assigns the shares of a window; where windows overlap they are added to what is there.",
    "What if an entry is in two windows?",
)
def windows_overwrite_each_other() -> Functions:
    def add(dx: Array, pixels: Any, share: Array) -> None:
        dx[pixels] = share

    return average(add=add)


@wrong(
    AVERAGE_NAMES,
    "You divide dout in its own place; it belongs to the caller, who may still need it.",
    "Print dout before and after the backward.",
)
def dout_is_divided_in_place() -> Functions:
    whole = replace(AVERAGE, share=lambda dout, patch, windows: dout)

    def backward(dout: Array, windows: Windows) -> Any:
        dout /= windows.size[0] * windows.size[1]
        return whole.backward(dout, windows)

    return {name: f if "forward" in name else backward for name, f in average().items()}
