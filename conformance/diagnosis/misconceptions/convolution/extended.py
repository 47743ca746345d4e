"""Groups, dilation and strides that do not fit: what they add to the convolution, in steps, and mistakes in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.base import (
    BACKWARD,
    FORWARD,
    Convolved,
    Grid,
    Step,
    counts,
    enclosed,
    grid_of,
    inside,
)
from gradproof.conformance.spec.cases import Array


def neighbours(count: int, groups: int) -> Array:
    """The members of each group: neighbours."""
    return np.arange(count).reshape(groups, -1)


def interleaved(count: int, groups: int) -> Array:
    """The members of each group: one in every so many."""
    return neighbours(count, count // groups).T


def first_ones(count: int, groups: int) -> Array:
    """The members of the first group, for each group."""
    return np.tile(neighbours(count, groups)[0], (groups, 1))


def reach(w: Array, dilation: int) -> Any:
    """The height and the width of what a window spans."""
    return tuple(dilation * (side - 1) + 1 for side in w.shape[2:])


def spread(w: Array, dilation: int) -> Array:
    """The kernels with zeros between their entries."""
    wide = np.zeros((*w.shape[:2], *reach(w, dilation)), w.dtype)
    wide[:, :, ::dilation, ::dilation] = w
    return wide


def in_the_corner(w: Array, dilation: int) -> Array:
    """The kernels with all zeros below and to the right of their entries."""
    wide = np.zeros((*w.shape[:2], *reach(w, dilation)), w.dtype)
    wide[:, :, : w.shape[2], : w.shape[3]] = w
    return wide


@dataclass(frozen=True)
class Extended:
    """A convolution for each group of channels and filters, by kernels that are spread out, in steps."""

    forward: Step = FORWARD
    backward: Step = BACKWARD
    dilation: Step = lambda conv_param: conv_param["dilation"]
    groups: Step = lambda conv_param: conv_param["groups"]
    filters: Step = neighbours
    channels: Step = neighbours
    channels_of_dw: Step = neighbours
    channels_of_dx: Step = neighbours
    spread_for_dx: Step = spread
    kernel_of_dw: Step = lambda dw, dilation: dw[:, :, ::dilation, ::dilation]

    def output(self, x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> Any:
        """The output of each group at the place of its filters, and the cache."""
        wide = spread(w, self.dilation(conv_param))
        grid = grid_of(x, wide, conv_param)
        parts = [
            (f, self.forward(x[:, c], wide[f], b[f], grid)) for f, c in self._members(x, w, self.channels, conv_param)
        ]
        out = np.empty((len(x), len(w), *parts[0][1].shape[2:]), x.dtype)
        for f, part in parts:
            out[:, f] = part
        return out, (x, w, conv_param)

    def gradients(self, dout: Array, cache: Any) -> Any:
        """Dx, dw, db, each group's own part at its place."""
        x, w, conv_param = cache
        dilation = self.dilation(conv_param)
        wide = self.spread_for_dx(w, dilation)
        grid = grid_of(x, wide, conv_param)
        dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(w[:, 0, 0, 0])
        for f, c in self._members(x, w, self.channels_of_dw, conv_param):
            _, dwide, db[f] = self.backward(dout[:, f], Convolved(x[:, c], wide[f], grid))
            dw[f] = self.kernel_of_dw(dwide, dilation)
        for f, c in self._members(x, w, self.channels_of_dx, conv_param):
            dx[:, c] += self.backward(dout[:, f], Convolved(x[:, c], wide[f], grid))[0]
        return dx, dw, db

    def _members(
        self, x: Array, w: Array, channels: Step, conv_param: Mapping[str, Any]
    ) -> Iterator[tuple[Array, ...]]:
        groups = self.groups(conv_param)
        return zip(self.filters(len(w), groups), channels(x.shape[1], groups), strict=True)


def convolution_extended(**steps: Step) -> Functions:
    """The layer with its extensions; any step can be replaced."""
    made = Extended(**steps)
    return {"conv_forward_extended": made.output, "conv_backward_extended": made.gradients}


def with_channels(members: Step) -> Functions:
    """Other channels in each group, forward and backward."""
    return convolution_extended(channels=members, channels_of_dw=members, channels_of_dx=members)


@wrong(
    "conv_extended",
    "You ignore the groups; each filter sees the channels of its own group alone.",
    "How many channels has x, and how many has a filter?",
)
def groups_are_ignored() -> Functions:
    return convolution_extended(groups=lambda conv_param: 1)


@wrong(
    "conv_extended",
    "You hand the channels out to the groups in turn; the channels of a group are neighbours.",
    "With four channels and two groups, which channels does the first filter see?",
)
def channels_are_interleaved() -> Functions:
    return with_channels(interleaved)


@wrong(
    "conv_extended",
    "You hand the filters out to the groups in turn; the filters of a group are neighbours.",
    "With four filters and two groups, which filters see the first channel?",
)
def filters_are_interleaved() -> Functions:
    return convolution_extended(filters=interleaved)


@wrong(
    "conv_extended",
    "In every group your filters see the channels of the first; they see those of their own.",
    "Does your output change with the last channel of x?",
)
def every_filter_sees_the_first_group() -> Functions:
    return with_channels(first_ones)


@wrong(
    "conv_extended",
    "Your dw reads the channels of the first group for every filter; a filter met the channels of its own group.",
    "Which channels did the last filter see in the forward?",
)
def dw_of_the_first_group() -> Functions:
    return convolution_extended(channels_of_dw=first_ones)


@wrong(
    "conv_extended",
    "Your dx gives what every filter has to the first group's channels; it belongs to those of the filter's own.",
    "Which channels of your dx are 0?",
)
def dx_goes_to_the_first_group() -> Functions:
    return convolution_extended(channels_of_dx=first_ones)


@wrong(
    "conv_extended",
    "You ignore the dilation; it is the step from one entry of a window to the next.",
    "At dilation 2, which pixels does a kernel of three entries see in a row?",
)
def dilation_is_ignored() -> Functions:
    return convolution_extended(dilation=lambda conv_param: 1)


@wrong(
    "conv_extended",
    "You take the dilation for the number of pixels left out between two entries; it is the step from one to the next.",
    "What does a dilation of 1 do to a kernel?",
)
def dilation_counts_the_gaps() -> Functions:
    return convolution_extended(dilation=lambda conv_param: conv_param["dilation"] + 1)


@wrong(
    "conv_extended",
    "Your dw ignores the dilation; the entries of a window lie so far apart as they did in the forward.",
    "Which pixel did the second entry of w meet in the first window?",
)
def dw_ignores_the_dilation() -> Functions:
    def corner(dwide: Array, dilation: int) -> Array:
        height, width = ((side - 1) // dilation + 1 for side in dwide.shape[2:])
        return dwide[:, :, :height, :width]

    return convolution_extended(kernel_of_dw=corner)


@wrong(
    "conv_extended",
    "Your dx ignores the dilation; the entries of a window lie so far apart as they did in the forward.",
    "Which pixel did the second entry of w meet in the first window?",
)
def dx_ignores_the_dilation() -> Functions:
    return convolution_extended(spread_for_dx=in_the_corner)


@wrong(
    "conv_extended",
    "Your output size is rounded up, with zeros where the last window leaves the image; it is rounded down.",
    "What becomes of a row that no whole window reaches?",
)
def left_over_pixels_get_a_window() -> Functions:
    def rounded_up(grid: Grid) -> Any:
        height, width = grid.image
        return counts(replace(grid, image=(height + grid.stride - 1, width + grid.stride - 1)))

    def enclose(x: Array, grid: Grid) -> Array:
        return np.pad(enclosed(x, grid), ((0, 0), (0, 0), (0, grid.stride), (0, grid.stride)))

    return convolution_extended(forward=replace(FORWARD, shape=rounded_up, places=rounded_up, enclose=enclose))


@wrong(
    "conv_extended",
    "You refuse an image that the windows do not fill; what is left over at its right and bottom is ignored.",
    "At stride 2, how many windows of 3 has a row of 6 pixels?",
)
def left_over_pixels_are_refused() -> Functions:
    def fitting(grid: Grid) -> Any:
        sides = zip(grid.image, grid.kernel, strict=True)
        if any((side + 2 * grid.pad - kernel) % grid.stride for side, kernel in sides):
            raise AssertionError("the stride does not fit")
        return counts(grid)

    return convolution_extended(forward=replace(FORWARD, shape=fitting))


@wrong(
    "conv_extended",
    "Your dx ends with the last window; it has the shape of x, and is 0 where no window reaches.",
    "Try a stride that does not fit: compare the shapes of dx and x.",
)
def dx_ends_with_the_last_window() -> Functions:
    def crop(dpadded: Array, grid: Grid) -> Any:
        sizes = zip(counts(grid), grid.kernel, strict=True)
        height, width = ((count - 1) * grid.stride + kernel for count, kernel in sizes)
        return inside(dpadded[:, :, :height, :width], grid)

    return convolution_extended(backward=replace(BACKWARD, crop=crop))
