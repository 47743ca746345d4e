"""Convolutions beside that of images: conv1d over time, and the transposed one, which makes images larger."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .validation import Array, require_shape

Cache = tuple[Array, Array, Mapping[str, Any]]


def conv1d_forward(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> tuple[Array, Cache]:
    """``out[n, f, t] = b[f] + sum over c, k of w[f, c, k] * padded[n, c, stride t + k]``; nothing is flipped.

    Args:
        x: (N, C, T), float.
        w, b: (F, C, K), (F,).
        conv_param: ``stride`` and ``pad``.

    Returns:
        out (N, F, T') with ``T' = (T + 2 pad - K) // stride + 1``, and the cache.

    Raises:
        ValueError: if b does not have a number for each filter.

    Source: torch.nn.functional.conv1d.
    """
    require_shape("conv1d_forward", "b", b, w.shape[:1])
    stride, pad = int(conv_param["stride"]), int(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2], axis=2)[:, :, ::stride]
    return np.einsum("nctk,fck->nft", windows, w) + b[:, np.newaxis], (x, w, conv_param)


def conv1d_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv1d_forward`.

    Args:
        dout: (N, F, T'), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, C, T), dw (F, C, K), db (F,).
    """
    x, w, conv_param = cache
    stride, pad = int(conv_param["stride"]), int(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.empty_like(w)
    for k in range(w.shape[2]):
        places = slice(k, k + stride * (dout.shape[2] - 1) + 1, stride)
        dw[:, :, k] = np.einsum("nft,nct->fc", dout, padded[:, :, places])
        dpadded[:, :, places] += np.einsum("nft,fc->nct", dout, w[:, :, k])
    return dpadded[:, :, pad : pad + x.shape[2]], dw, dout.sum(axis=(0, 2))


def conv_transpose_forward(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> tuple[Array, Cache]:
    """Every pixel writes its kernel: ``x[n, c, i, j] w[c, f, k, l]`` is added to ``out[n, f, si + k - p, sj + l - p]``.

    s is the stride, p the pad. It is the backward of a convolution with that stride and pad, by its input.

    Args:
        x: (N, C, H, W), float.
        w, b: (C, F, K, L), (F,).
        conv_param: ``stride`` and ``pad``.

    Returns:
        out (N, F, stride (H - 1) + K - 2 pad, stride (W - 1) + L - 2 pad) and the cache.

    Raises:
        ValueError: if b does not have a number for each filter.

    Source: torch.nn.functional.conv_transpose2d.
    """
    require_shape("conv_transpose_forward", "b", b, w.shape[1:2])
    stride, pad = int(conv_param["stride"]), int(conv_param["pad"])
    height, width = (stride * (x.shape[axis] - 1) + w.shape[axis] for axis in (2, 3))
    out = np.zeros((len(x), w.shape[1], height, width), x.dtype)
    for k, m in np.ndindex(w.shape[2:]):
        out[:, :, *_places(x, k, m, stride)] += np.einsum("nchw,cf->nfhw", x, w[:, :, k, m])
    return out[:, :, pad : height - pad, pad : width - pad] + b[:, np.newaxis, np.newaxis], (x, w, conv_param)


def conv_transpose_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv_transpose_forward`: a convolution of dout.

    Args:
        dout: the upstream gradient, in the shape of the output.
        cache: what the forward returned.

    Returns:
        dx (N, C, H, W), dw (C, F, K, L), db (F,).
    """
    x, w, conv_param = cache
    stride, pad = int(conv_param["stride"]), int(conv_param["pad"])
    whole = np.pad(dout, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw = np.zeros_like(x), np.empty_like(w)
    for k, m in np.ndindex(w.shape[2:]):
        seen = whole[:, :, *_places(x, k, m, stride)]
        dx += np.einsum("nfhw,cf->nchw", seen, w[:, :, k, m])
        dw[:, :, k, m] = np.einsum("nchw,nfhw->cf", x, seen)
    return dx, dw, dout.sum(axis=(0, 2, 3))


def _places(x: Array, k: int, m: int, stride: int) -> tuple[slice, slice]:
    """Where entry (k, m) of the kernel is written, of all pixels of x."""
    height, width = x.shape[2:]
    return slice(k, k + stride * (height - 1) + 1, stride), slice(m, m + stride * (width - 1) + 1, stride)
