"""Average pooling whose windows follow from the image: over all of it, or to a size that is asked for."""

from collections.abc import Iterator

import numpy as np

from .validation import Array, Pair, require_shape

Shape = tuple[int, ...]


def global_avg_pool_forward(x: Array) -> tuple[Array, Shape]:
    """The mean of each channel: (N, C, H, W) becomes (N, C).

    Returns:
        out (N, C) and the cache, the shape of x.

    Source: Lin, Chen and Yan (2013); torch.nn.functional.adaptive_avg_pool2d(1).
    """
    return x.mean(axis=(2, 3)), x.shape


def global_avg_pool_backward(dout: Array, cache: Shape) -> Array:
    """Every pixel of a channel gets an equal share: ``dx = dout / (H W)``.

    Raises:
        ValueError: if dout does not have the shape (N, C).
    """
    require_shape("global_avg_pool_backward", "dout", dout, cache[:2])
    share = dout / dout.dtype.type(cache[2] * cache[3])
    return share[:, :, np.newaxis, np.newaxis] + np.zeros(cache, dout.dtype)


def adaptive_avg_pool_forward(x: Array, output_size: int) -> tuple[Array, tuple[Shape, int]]:
    """Means of windows that cover the image, ``output_size`` of them each way.

    Window i spans the rows from ``floor(i H / output_size)`` to ``ceil((i + 1) H / output_size)``; neighbours overlap
    where the one does not divide the other.

    Args:
        x: (N, C, H, W), float.
        output_size: how many windows each way.

    Returns:
        out (N, C, output_size, output_size) and the cache.

    Source: torch.nn.functional.adaptive_avg_pool2d.
    """
    out = np.empty((*x.shape[:2], output_size, output_size), x.dtype)
    for (i, j), rows, columns in _windows(x.shape[2:], output_size):
        out[:, :, i, j] = x[:, :, rows, columns].mean(axis=(2, 3))
    return out, (x.shape, output_size)


def adaptive_avg_pool_backward(dout: Array, cache: tuple[Shape, int]) -> Array:
    """Every window hands equal shares to its pixels, which add up what they get.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    shape, size = cache
    require_shape("adaptive_avg_pool_backward", "dout", dout, (*shape[:2], size, size))
    dx = np.zeros(shape, dout.dtype)
    for (i, j), rows, columns in _windows(shape[2:], size):
        share = dout[:, :, i, j] / dout.dtype.type((rows.stop - rows.start) * (columns.stop - columns.start))
        dx[:, :, rows, columns] += share[:, :, np.newaxis, np.newaxis]
    return dx


def _windows(image: Shape, size: int) -> Iterator[tuple[Pair, slice, slice]]:
    for i, j in np.ndindex(size, size):
        yield (i, j), _span(i, image[0], size), _span(j, image[1], size)


def _span(at: int, length: int, size: int) -> slice:
    return slice(at * length // size, -(-(at + 1) * length // size))
