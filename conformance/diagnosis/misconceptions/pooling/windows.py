"""Mistakes about where the windows of a pooling lie, whatever becomes of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.pooling.base import (
    ALL,
    AVERAGE,
    MAXIMUM,
    Pair,
    Pool,
    Step,
    count,
    pool,
    window,
)
from gradproof.conformance.spec.cases import Array


def both(**steps: Step) -> Functions:
    """The same steps of both poolings replaced."""
    return pool(replace(MAXIMUM, **steps), replace(AVERAGE, **steps))


def counted(count: Step) -> Functions:
    """The windows counted otherwise, by the forward, and by the backward for itself."""
    return both(count=count, visited=lambda _dout, windows: windows.counts)


def tiles(image: Pair, size: Pair, _stride: Pair) -> Pair:
    """How many windows lie side by side."""
    return image[0] // size[0], image[1] // size[1]


def strides(image: Pair, _size: Pair, stride: Pair) -> Pair:
    """How many strides are in an image."""
    return image[0] // stride[0], image[1] // stride[1]


@wrong(
    ALL,
    "You take pool_width for the height of a window and pool_height for its width; rows belong to the height.",
    "Which axis of x are the rows? Try a window of 1 x 3; a square one hides this.",
)
def pool_height_and_pool_width_are_exchanged() -> Functions:
    return both(
        read=lambda param: ((param["pool_width"], param["pool_height"]), (param["stride"],) * 2),
    )


@wrong(
    ALL,
    "You count the windows rightly, but each spans pool_width rows and pool_height columns; it is the other way round.",
    "Which two numbers stand in your slice of the rows? A square window hides this.",
)
def windows_are_turned() -> Functions:
    return both(window=lambda at, size, stride: window(at, size[::-1], stride))


@wrong(
    ALL,
    "Your windows are squares of pool_height; their width is pool_width.",
    "Where does pool_width occur in your code? A square window hides this.",
)
def windows_are_square() -> Functions:
    return both(
        read=lambda param: ((param["pool_height"],) * 2, (param["stride"],) * 2),
    )


@wrong(
    ALL,
    "Your output has as many rows as there are columns of windows; its rows come from the height of x.",
    "Write down the shape of the output for an image of 4 x 6.",
)
def output_is_as_high_as_it_should_be_wide() -> Functions:
    return both(count=lambda image, size, stride: count(image, size, stride)[::-1])


@wrong(
    ALL,
    "You count the columns of windows by the height of x; they are counted by its width.",
    "Where does W occur in your code? A square image hides this.",
)
def images_are_taken_for_square() -> Functions:
    return both(count=lambda image, size, stride: count((image[0], image[0]), size, stride))


@wrong(
    ALL,
    "You count the columns of windows with pool_height; they are as wide as pool_width.",
    "Which of the two sizes stands in the formula of the output's width?",
)
def columns_are_counted_with_pool_height() -> Functions:
    return both(count=lambda image, size, stride: count(image, (size[0], size[0]), stride))


@wrong(
    ALL,
    "You move by the size of a window; it is stride pixels, and the windows may overlap.",
    "Where does stride occur in your code? Try windows of 3 x 3 with stride 1.",
)
def stride_is_the_size_of_a_window() -> Functions:
    return both(read=lambda param: ((param["pool_height"], param["pool_width"]),) * 2)


@wrong(
    ALL,
    "Your windows are always 2 x 2 and 2 apart; pool_param says how large they are and how far apart.",
    "Try windows of 3 x 3 with stride 3.",
)
def size_and_stride_are_hard_coded() -> Functions:
    return both(read=lambda param: ((2, 2), (2, 2)))


@wrong(
    ALL,
    "You count H / stride rows of windows; the last one must still lie within the image, so the size counts too.",
    "How many windows of 3 x 3 with stride 1 does an image of 4 x 4 have?",
)
def size_is_left_out_of_the_count() -> Functions:
    return both(count=strides)


@wrong(
    ALL,
    "You count H / stride rows of windows, in the backward once more; the last one must still lie within the image.",
    "How many windows of 3 x 3 with stride 1 does an image of 4 x 4 have?",
)
def size_is_left_out_of_the_count_in_the_backward_too() -> Functions:
    return counted(strides)


@wrong(
    ALL,
    "You count H / pool_height rows of windows and move by the stride; the stride decides how many there are.",
    "How many windows of 3 x 3 with stride 1 does an image of 6 x 6 have?",
)
def windows_are_counted_as_tiles() -> Functions:
    return both(count=tiles)


@wrong(
    ALL,
    "You count H / pool_height rows of windows, in the backward once more, and move by the stride; the stride decides "
    "how many there are.",
    "How many windows of 3 x 3 with stride 1 does an image of 6 x 6 have?",
)
def windows_are_counted_as_tiles_in_the_backward_too() -> Functions:
    return counted(tiles)


@wrong(
    ALL,
    "Your windows lack their last row and column; a slice ends before the index that it names.",
    "How many rows does x[:, :, 0:2] have?",
)
def windows_end_too_early() -> Functions:
    return both(window=lambda at, size, stride: window(at, (size[0] - 1, size[1] - 1), stride))


@wrong(
    ALL,
    "Your windows span all channels; each channel is pooled by itself.",
    "Which axes does the window that you reduce have?",
)
def windows_span_all_channels() -> Functions:
    def across(pooling: Pool) -> Pool:
        return replace(pooling, reduce=lambda patch: pooling.reduce(patch.reshape(len(patch), 1, 1, -1)))

    return pool(across(MAXIMUM), across(AVERAGE))


@wrong(
    ALL,
    "You return the channels last; the output is (N, C, H', W') as x is (N, C, H, W).",
    "Compare the order of the axes of x and of the output.",
)
def channels_are_last() -> Functions:
    def turned(pooling: Pool) -> Step:
        def forward(x: Array, pool_param: Mapping[str, int]) -> Any:
            out, windows = pooling.forward(x, pool_param)
            return out.transpose(0, 2, 3, 1).copy(), windows

        return forward

    forwards = {"max": turned(MAXIMUM), "avg": turned(AVERAGE)}
    return {name: forwards[name[:3]] if "forward" in name else right for name, right in pool().items()}
