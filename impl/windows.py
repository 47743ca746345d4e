"""Where the windows of a convolution or a pooling lie on an image."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .validation import Array, Pair


@dataclass(frozen=True)
class Windows:
    """Windows on a padded image: entry (k, l) of window (i, j) is pixel (i stride + k dilation, j stride + l dilation).

    A window that would leave the image is left out, so there are ``floor((size + 2 pad - reach) / stride) + 1`` of them
    each way, where ``reach = dilation (kernel - 1) + 1`` is what a window spans.
    """

    image: Pair
    kernel: Pair
    stride: Pair = (1, 1)
    pad: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def counts(self) -> Pair:
        """The rows and columns of windows."""
        rows, columns = (self._count(axis) for axis in (0, 1))
        return rows, columns

    @property
    def size(self) -> int:
        """The entries of a window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def padded(self) -> Pair:
        """The size of the padded image."""
        (height, width), (rows, columns) = self.image, self.pad
        return height + 2 * rows, width + 2 * columns

    @property
    def inside(self) -> tuple[slice, slice]:
        """The image, within the padded one."""
        (height, width), (rows, columns) = self.image, self.pad
        return slice(rows, rows + height), slice(columns, columns + width)

    def entries(self) -> Iterator[tuple[int, int, tuple[slice, slice]]]:
        """For each entry of a window, its row, its column, and the pixels that it is in all windows together."""
        for k, m in np.ndindex(self.kernel):
            yield k, m, (self._pixels(0, k), self._pixels(1, m))

    def window(self, i: int, j: int) -> tuple[slice, slice]:
        """The pixels of window (i, j)."""
        rows, columns = (self._span(axis, at) for axis, at in ((0, i), (1, j)))
        return rows, columns

    def require_fit(self, function: str) -> None:
        """Raise ValueError unless there is a window."""
        if min(self.counts) < 1:
            raise ValueError(
                f"{function}: windows of {self.kernel[0]} x {self.kernel[1]} with dilation {self.dilation} do not fit "
                f"into an image of {self.padded[0]} x {self.padded[1]}, padding included"
            )

    def _count(self, axis: int) -> int:
        return (self.padded[axis] - self._reach(axis)) // self.stride[axis] + 1

    def _reach(self, axis: int) -> int:
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1

    def _pixels(self, axis: int, entry: int) -> slice:
        start = entry * self.dilation[axis]
        return slice(start, start + self.stride[axis] * (self._count(axis) - 1) + 1, self.stride[axis])

    def _span(self, axis: int, at: int) -> slice:
        start = at * self.stride[axis]
        return slice(start, start + self._reach(axis), self.dilation[axis])


def enclosed(images: Array, windows: Windows, value: float = 0.0) -> Array:
    """A copy of (..., H, W) images, padded with ``value``."""
    padded = np.full((*images.shape[:-2], *windows.padded), value, images.dtype)
    padded[(..., *windows.inside)] = images
    return padded
