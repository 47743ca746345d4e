"""Convolution whose steps can be replaced: window after window, all images and filters at once.

The mistakes stand in the files whose names begin like this one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
Pair = tuple[int, int]
BOTH = "conv conv_fast"


@dataclass(frozen=True)
class Grid:
    """How windows lie on an image: the sizes of image and kernel, the stride and the pad."""

    image: Pair
    kernel: Pair
    stride: int
    pad: int


@dataclass(frozen=True, eq=False)
class Convolved:
    """What a backward needs: the images, the kernels, and how the windows lie."""

    x: Array
    w: Array
    grid: Grid


def grid_of(x: Array, w: Array, conv_param: Mapping[str, Any]) -> Grid:
    """The windows that are asked for."""
    (height, width), (rows, columns) = x.shape[2:], w.shape[2:]
    return Grid((height, width), (rows, columns), conv_param["stride"], conv_param["pad"])


def counts(grid: Grid) -> Any:
    """The rows and columns of windows."""
    sides = zip(grid.image, grid.kernel, strict=True)
    return tuple((side + 2 * grid.pad - kernel) // grid.stride + 1 for side, kernel in sides)


def window(i: int, j: int, grid: Grid) -> Any:
    """The pixels of window (i, j)."""
    (top, left), (height, width) = (i * grid.stride, j * grid.stride), grid.kernel
    return ..., slice(top, top + height), slice(left, left + width)


def enclosed(x: Array, grid: Grid) -> Array:
    """The images with zeros around them."""
    return np.pad(x, ((0, 0), (0, 0), (grid.pad, grid.pad), (grid.pad, grid.pad)))


def inside(padded: Array, grid: Grid) -> Any:
    """The images without what is around them."""
    (height, width), pad = grid.image, grid.pad
    return padded[:, :, pad : pad + height, pad : pad + width]


def weighed(window: Array, w: Array) -> Any:
    """What each filter makes of the window of each image."""
    return np.einsum("nckl,fckl->nf", window, w)


def by_kernel(dout: Array, window: Array) -> Any:
    """What the windows at one place add to dw."""
    return np.einsum("nf,nckl->fckl", dout, window)


def by_window(dout: Array, w: Array) -> Any:
    """The gradient by the windows at one place."""
    return np.einsum("nf,fckl->nckl", dout, w)


def add(total: Array, place: Any, part: Array) -> None:
    """Each window adds what it has to what is there."""
    total[place] += part


@dataclass(frozen=True)
class Forward:
    """The output, in steps: its shape, the places of windows, and what each of them gives."""

    enclose: Step = enclosed
    shape: Step = counts
    places: Step = counts
    window: Step = window
    weigh: Step = weighed
    shift: Step = lambda scores, b: scores + b
    arrange: Step = lambda out: out

    def __call__(self, x: Array, w: Array, b: Array, grid: Grid) -> Any:
        """The output (N, F, H', W')."""
        padded = self.enclose(x, grid)
        out = np.zeros((len(x), len(w), *self.shape(grid)), x.dtype)
        for i, j in np.ndindex(self.places(grid)):
            out[:, :, i, j] = self.shift(self.weigh(padded[self.window(i, j, grid)], w), b)
        return self.arrange(out)


@dataclass(frozen=True)
class Backward:
    """The three gradients, in steps: where dw reads its windows, and where dx gets its own back."""

    upstream: Step = lambda dout: dout
    enclose: Step = enclosed
    read: Step = window
    kernel: Step = by_kernel
    gather: Step = add
    write: Step = window
    share: Step = by_window
    scatter: Step = add
    crop: Step = inside
    db: Step = lambda dout: dout.sum(axis=(0, 2, 3))

    def __call__(self, dout: Array, cache: Convolved) -> Any:
        """Dx, dw, db."""
        arranged = self.upstream(dout)
        return self.dx(arranged, cache), self.dw(arranged, cache), self.db(dout)

    def dw(self, dout: Array, cache: Convolved) -> Array:
        """The gradient by the kernels."""
        padded, dw = self.enclose(cache.x, cache.grid), np.zeros_like(cache.w)
        for i, j in np.ndindex(dout.shape[2:]):
            self.gather(dw, ..., self.kernel(dout[:, :, i, j], padded[self.read(i, j, cache.grid)]))
        return dw

    def dx(self, dout: Array, cache: Convolved) -> Any:
        """The gradient by the images."""
        dpadded = np.zeros_like(enclosed(cache.x, cache.grid))
        for i, j in np.ndindex(dout.shape[2:]):
            self.scatter(dpadded, self.write(i, j, cache.grid), self.share(dout[:, :, i, j], cache.w))
        return self.crop(dpadded, cache.grid)


FORWARD, BACKWARD = Forward(), Backward()


def convolution(forward: Step = FORWARD, backward: Step = BACKWARD, lay: Step = grid_of) -> Functions:
    """The layer, naive and fast alike: forward, backward and how the windows lie can each be replaced."""

    def conv_forward(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> Any:
        grid = lay(x, w, conv_param)
        return forward(x, w, b, grid), Convolved(x, w, grid)

    forwards = {f"conv_forward_{version}": conv_forward for version in ("naive", "fast")}
    return {**forwards, **{f"conv_backward_{version}": backward for version in ("naive", "fast")}}
