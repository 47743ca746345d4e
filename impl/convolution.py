"""Convolution of images, readable and fast.

What the field calls a convolution is a cross-correlation: the kernel is not flipped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from .validation import Array, require_images, require_shape, required_pair
from .windows import Windows, enclosed

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class ConvolutionCache:
    """What a backward needs: the image, the kernels, and how they were laid over each other."""

    x: Array
    w: Array
    windows: Windows
    groups: int


def conv_forward_naive(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> tuple[Array, ConvolutionCache]:
    """``out[n, f, i, j] = b[f] + sum over c, k, l of w[f, c, k, l] x[n, c, i stride + k - pad, j stride + l - pad]``.

    One window after the other, as it is written down; :func:`conv_forward_fast` gives the same sooner.

    Args:
        x: (N, C, H, W), float; outside of the image it is 0.
        w: (F, C, HH, WW), same dtype.
        b: (F,), same dtype.
        conv_param: ``stride``, ``pad`` and ``dilation`` (1), each a number, or a pair for rows and columns.

    Returns:
        out (N, F, H', W') with H' = floor((H + 2 pad - dilation (HH - 1) - 1) / stride) + 1, as torch has it, and the
        cache for the backward.

    Raises:
        ValueError: if shapes do not fit together, or the kernel does not fit into the padded image.

    Source: cs231n assignment 2; torch.nn.functional.conv2d.
    """
    cache = _require_fit("conv_forward_naive", x, w, b, {**conv_param, "groups": 1})
    padded = enclosed(x, cache.windows)
    out = np.empty((len(x), len(w), *cache.windows.counts), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[(n, slice(None), *cache.windows.window(i, j))]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, cache


def conv_backward_naive(dout: Array, cache: ConvolutionCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv_forward_naive`: every window hands its dout back to all that it was made of.

    Args:
        dout: (N, F, H', W'), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, C, H, W), dw (F, C, HH, WW), db (F,).

    Raises:
        ValueError: if dout does not have the shape of out.
    """
    _require_output("conv_backward_naive", dout, cache)
    padded = enclosed(cache.x, cache.windows)
    dpadded, dw = np.zeros_like(padded), np.zeros_like(cache.w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = (n, slice(None), *cache.windows.window(i, j))
        dw[f] += dout[n, f, i, j] * padded[window]
        dpadded[window] += dout[n, f, i, j] * cache.w[f]
    return dpadded[(..., *cache.windows.inside)].copy(), dw, dout.sum(axis=(0, 2, 3))


def conv_forward_fast(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> tuple[Array, ConvolutionCache]:
    """:func:`conv_forward_naive` as matrix products: what the windows hold is written out as columns.

    So many images at a time that the columns stay below BLOCK_BYTES, or one. Args, returns and errors are the same, but
    that conv_param may have ``groups`` (1): the channels are divided into so many groups of neighbours, the filters
    too, and w is (F, C / groups, HH, WW), for each filter sees the channels of its own group alone.

    Source: Chellapilla, Puri and Simard (2006), High performance convolutional neural networks for document processing.
    """
    cache = _require_fit("conv_forward_fast", x, w, b, conv_param)
    kernels, (rows, columns) = _kernels(cache), cache.windows.counts
    out = np.empty((len(x), *kernels.shape[:2], rows * columns), x.dtype)
    for block in _blocks(cache):
        np.matmul(kernels, _columns(x[block], cache), out=out[block])
    out = out.reshape(len(x), len(w), rows, columns)
    out += b[:, np.newaxis, np.newaxis]
    return out, cache


def conv_backward_fast(dout: Array, cache: ConvolutionCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv_forward_fast`; args, returns and errors as in :func:`conv_backward_naive`."""
    dw, db = conv_parameter_gradients(dout, cache)
    kernels, upstream = _kernels(cache).transpose(0, 2, 1), _upstream(dout, cache)
    dx = np.empty(cache.x.shape, dout.dtype)
    for block in _blocks(cache):
        dx[block] = _summed(kernels @ upstream[block], cache)[(..., *cache.windows.inside)]
    return dx, dw, db


def conv_parameter_gradients(dout: Array, cache: ConvolutionCache) -> tuple[Array, Array]:
    """Dw and db of :func:`conv_backward_fast`, for a first layer, whose dx nobody asks for.

    The columns are written out anew, block by block: to keep them would take as much memory as all windows together.
    """
    _require_output("conv_backward_fast", dout, cache)
    upstream = _upstream(dout, cache).transpose(0, 1, 3, 2)
    products = ((_columns(cache.x[block], cache) @ upstream[block]).sum(axis=0) for block in _blocks(cache))
    dw = reduce(np.add, products).transpose(0, 2, 1).reshape(cache.w.shape)
    return dw, dout.sum(axis=(0, 2, 3))


# by the name under which groups, dilation and strides that do not fit are asked for
conv_forward_extended = conv_forward_fast
conv_backward_extended = conv_backward_fast


def _require_fit(function: str, x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> ConvolutionCache:
    require_images(function, "x", x)
    if np.ndim(w) != 4 or np.size(w) == 0:
        raise ValueError(f"{function}: w has shape {np.shape(w)}, expected a non-empty (F, C, HH, WW)")
    groups = conv_param.get("groups", 1)
    if groups < 1 or x.shape[1] % groups or w.shape[0] % groups:
        raise ValueError(
            f"{function}: groups is {groups}, expected a divisor of {x.shape[1]} channels and {w.shape[0]} filters"
        )
    if w.shape[1] * groups != x.shape[1]:
        raise ValueError(f"{function}: x has {x.shape[1]} channels, w expects {w.shape[1]} in each of {groups} groups")
    require_shape(function, "b", b, w.shape[:1])
    windows = Windows(
        image=x.shape[2:],
        kernel=w.shape[2:],
        stride=required_pair(function, conv_param, "stride"),
        pad=required_pair(function, conv_param, "pad", least=0),
        dilation=required_pair(function, conv_param, "dilation", default=1),
    )
    windows.require_fit(function)
    return ConvolutionCache(x, w, windows, groups)


def _require_output(function: str, dout: Array, cache: ConvolutionCache) -> None:
    require_shape(function, "dout", dout, (len(cache.x), len(cache.w), *cache.windows.counts))


def _kernels(cache: ConvolutionCache) -> Array:
    """The filters as a matrix for each group, (groups, F / groups, C / groups * HH * WW)."""
    return cache.w.reshape(cache.groups, len(cache.w) // cache.groups, -1)


def _upstream(dout: Array, cache: ConvolutionCache) -> Array:
    """The gradient by the windows of each image as a matrix for each group, (N, groups, F / groups, H' * W')."""
    return dout.reshape(len(dout), cache.groups, len(cache.w) // cache.groups, -1)


def _blocks(cache: ConvolutionCache) -> Iterator[slice]:
    """The batch in blocks whose columns take no more than BLOCK_BYTES, and hold at least one image."""
    (rows, columns), (height, width) = cache.windows.counts, cache.windows.kernel
    image_bytes = cache.x.shape[1] * height * width * rows * columns * cache.x.itemsize
    step = max(1, BLOCK_BYTES // image_bytes)
    return (slice(start, start + step) for start in range(0, len(cache.x), step))


def _columns(images: Array, cache: ConvolutionCache) -> Array:
    """What each window of some images holds, a window a column: (images, groups, C / groups * HH * WW, H' * W')."""
    windows = cache.windows
    padded = enclosed(images, windows)
    columns = np.empty((*images.shape[:2], *windows.kernel, *windows.counts), images.dtype)
    for k, j, pixels in windows.entries():
        columns[:, :, k, j] = padded[(..., *pixels)]
    return columns.reshape(len(images), cache.groups, cache.w[0].size, -1)


def _summed(dcolumns: Array, cache: ConvolutionCache) -> Array:
    """The padded images whose every pixel is the sum of its entries in the columns."""
    windows, images, channels = cache.windows, len(dcolumns), cache.x.shape[1]
    entries = dcolumns.reshape(images, channels, *windows.kernel, *windows.counts)
    padded = np.zeros((images, channels, *windows.padded), dcolumns.dtype)
    for k, j, pixels in windows.entries():
        padded[(..., *pixels)] += entries[:, :, k, j]
    return padded
