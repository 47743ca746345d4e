"""Mistakes in max pooling."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.pooling.base import (
    AVERAGE,
    MAXIMUM,
    MAXIMUM_NAMES,
    Step,
    first,
    is_maximum,
    pool,
    to_all_equally,
)
from gradproof.conformance.spec.cases import Array


def maximum(**steps: Step) -> Functions:
    """Steps of max pooling replaced."""
    return {name: f for name, f in pool(replace(MAXIMUM, **steps)).items() if name.startswith("max")}


def to_all_maxima(dout: Array, patch: Array, _windows: Any) -> Any:
    """All of dout to each of several maxima."""
    return dout * is_maximum(patch)


def unraveled(place: Step) -> Functions:
    """The backward finds a maximum of index k in row and column ``place(k, pool_height, pool_width)`` of its window."""

    def add(dx: Array, pixels: Any, share: Array) -> None:
        flat = share.reshape(*share.shape[:2], -1)
        n, c, index = np.nonzero(flat)
        rows, columns = place(index, *share.shape[2:])
        dx[n, c, pixels[1].start + rows, pixels[2].start + columns] += flat[n, c, index]

    return maximum(add=add)


def write(dx: Array, pixels: Any, share: Array) -> None:
    """Each window writes over what is there."""
    dx[pixels] = share


@wrong(
    MAXIMUM_NAMES,
    "You start from 0 when you look for the maximum; if a window is negative, so is its maximum.",
    "What is the maximum of -3, -1 and -2?",
)
def maximum_starts_at_0() -> Functions:
    return maximum(reduce=lambda patch: np.maximum(patch.max(axis=(2, 3)), 0))


@wrong(
    MAXIMUM_NAMES,
    "You take the largest absolute value; the maximum is the largest value, signs included.",
    "What is the maximum of -3, -1 and -2?",
)
def maximum_of_the_absolute_values() -> Functions:
    return maximum(reduce=lambda patch: np.abs(patch).max(axis=(2, 3)))


@wrong(
    MAXIMUM_NAMES,
    "You take the minimum of each window; it is the maximum.",
    "Compare one window with its output by eye.",
)
def minimum_for_maximum() -> Functions:
    return maximum(reduce=lambda patch: patch.min(axis=(2, 3)))


@wrong(
    MAXIMUM_NAMES,
    "You average each window; max pooling takes its maximum.",
    "Compare one window with its output by eye.",
)
def average_for_maximum() -> Functions:
    return maximum(reduce=AVERAGE.reduce)


@wrong(
    MAXIMUM_NAMES,
    "Your backward gives the whole dout to every entry of its window; only the maximum gets it.",
    "If an entry that is not the maximum grows a little, does the output?",
)
def dout_goes_to_all_entries() -> Functions:
    return maximum(share=lambda dout, patch, windows: dout * np.ones_like(patch))


@wrong(
    MAXIMUM_NAMES,
    "Your backward shares each dout equally, as average pooling does; only the maximum gets it.",
    "If an entry that is not the maximum grows a little, does the output?",
)
def dout_is_shared_equally() -> Functions:
    return maximum(share=to_all_equally)


@wrong(
    MAXIMUM_NAMES,
    "Your backward gives each dout to the first entry of its window; it goes to the maximum.",
    "How does your backward know where the maximum was?",
)
def dout_goes_to_the_corner() -> Functions:
    return maximum(share=lambda dout, patch, windows: dout * first(np.ones(patch.shape, bool)))


@wrong(
    MAXIMUM_NAMES,
    "You give dout to the last of several maxima; it goes to the first, or to each of them.",
    "Does your comparison replace a maximum by one that equals it?",
)
def last_of_several_maxima_gets_dout() -> Functions:
    def share(dout: Array, patch: Array, _windows: Any) -> Any:
        from_behind = is_maximum(patch)[:, :, ::-1, ::-1]
        return dout * first(from_behind)[:, :, ::-1, ::-1]

    return maximum(share=share)


@wrong(
    MAXIMUM_NAMES,
    "Your backward looks for the maximum of the whole image; each window has its own.",
    "How many entries of dx should differ from 0?",
)
def mask_by_the_maximum_of_the_image() -> Functions:
    return maximum(
        share=lambda dout, patch, windows: dout * (patch == windows.x.max(axis=(2, 3), keepdims=True)),
    )


@wrong(
    MAXIMUM_NAMES,
    "Your backward looks for one maximum in the windows of all channels; each channel has its own.",
    "Over which axes is the maximum in your mask taken?",
)
def mask_by_the_maximum_of_all_channels() -> Functions:
    return maximum(
        share=lambda dout, patch, windows: dout * (patch == patch.max(axis=(1, 2, 3), keepdims=True)),
    )


@wrong(
    MAXIMUM_NAMES,
    "You unravel the index of the maximum by the wrong side; each row of a window has pool_width entries.",
    "In a window of 2 x 3, in which row and column is entry 3? A square window hides this.",
)
def argmax_is_unraveled_by_the_wrong_side() -> Functions:
    return unraveled(lambda index, height, _width: (index // height, index % height))


@wrong(
    MAXIMUM_NAMES,
    "You divide the index of the maximum by pool_height to find its row; each row of a window has pool_width entries.",
    "In a window of 2 x 3, in which row is entry 2? A square window hides this.",
)
def row_of_the_maximum_is_counted_by_the_height() -> Functions:
    return unraveled(lambda index, height, width: (index // height, index % width))


@wrong(
    MAXIMUM_NAMES,
    "You find the column of the maximum by what is left of its index after pool_height; a row has pool_width entries.",
    "In a window of 2 x 3, in which column is entry 2? A square window hides this.",
)
def column_of_the_maximum_is_counted_by_the_height() -> Functions:
    return unraveled(lambda index, height, width: (index // width, index % height))


@wrong(
    MAXIMUM_NAMES,
    "Your backward assigns dout to the place of the maximum; where windows overlap it is added to what is there.",
    "What if one entry is the maximum of two windows?",
)
def dx_is_assigned_at_the_maximum() -> Functions:
    def add(dx: Array, pixels: Any, share: Array) -> None:
        np.copyto(dx[pixels], share, where=share != 0)

    return maximum(add=add)


@wrong(
    MAXIMUM_NAMES,
    "Your backward assigns dout to all maxima of a window; where windows overlap it is added to what is there.",
    "What if one entry is the maximum of two windows?",
)
def dx_is_assigned_at_all_maxima() -> Functions:
    def add(dx: Array, pixels: Any, share: Array) -> None:
        np.copyto(dx[pixels], share, where=share != 0)

    return maximum(add=add, share=to_all_maxima)


@wrong(
    MAXIMUM_NAMES,
    "Your backward assigns mask times dout to the window; where windows overlap that erases what is there, so add it.",
    "What did the window before leave in the entries that both share?",
)
def windows_overwrite_each_other() -> Functions:
    return maximum(add=write, share=to_all_maxima)


@wrong(
    MAXIMUM_NAMES,
    "Your backward assigns a window that is 0 but at its maximum; where windows overlap that erases what is there.",
    "What did the window before leave in the entries that both share?",
)
def windows_with_one_maximum_overwrite_each_other() -> Functions:
    return maximum(add=write)


@wrong(
    MAXIMUM_NAMES,
    "Your dx counts how often an entry is the maximum; each time it gets the dout of the window.",
    "The derivative by the maximum is 1: what does the chain rule multiply it by?",
)
def dout_is_forgotten() -> Functions:
    return maximum(share=lambda dout, patch, windows: first(is_maximum(patch)))


@wrong(
    MAXIMUM_NAMES,
    "Your dx is dout times the maximum; the derivative by the maximum is 1.",
    "If the maximum grows by a little, by how much does the output?",
)
def dout_is_multiplied_by_the_maximum() -> Functions:
    return maximum(share=lambda dout, patch, windows: dout * patch * first(is_maximum(patch)))
