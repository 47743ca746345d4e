"""Convolution window after window, all images and filters at once, so that a mistake in it is a line changed."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array


def conv_forward_naive(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> Any:
    """The output, and how the windows lie, by which the backward goes too."""
    (N, _, H, W), (F, _, HH, WW) = x.shape, w.shape  # noqa: N806
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows, columns = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, rows, columns), x.dtype)
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        window = padded[:, :, top : top + HH, left : left + WW]
        scores = np.einsum("nckl,fckl->nf", window, w)
        out[:, :, i, j] = scores + b
    cache = x, w, stride, pad, HH, WW
    return out, cache


def conv_backward_naive(dout: Array, cache: Any) -> Any:
    """The gradients of images, kernels and bias."""
    x, w, stride, pad, HH, WW = cache  # noqa: N806
    (N, C, H, W), (_, _, rows, columns) = x.shape, dout.shape  # noqa: N806
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros((N, C, H + 2 * pad, W + 2 * pad), x.dtype), np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    laid = dout
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        seen = padded[:, :, top : top + HH, left : left + WW]
        dw += np.einsum("nf,nckl->fckl", laid[:, :, i, j], seen)
        share = np.einsum("nf,fckl->nckl", laid[:, :, i, j], w)
        dpadded[:, :, top : top + HH, left : left + WW] += share
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


conv_forward_fast, conv_backward_fast = conv_forward_naive, conv_backward_naive
