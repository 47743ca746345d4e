"""Mistakes in conv1d and in the transposed convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def conv1d(
    start: Step = lambda t, stride: t * stride,
    back: Step = lambda t, stride: t * stride,
    turned: Step = lambda w: w,
    db: Step = lambda dout: dout.sum(axis=(0, 2)),
    cut: Step = lambda dpadded, pad, time: dpadded[:, :, pad : pad + time],
) -> Functions:
    """A convolution over time; windows start at ``start``, in the backward at ``back``."""

    def windows_of(padded: Array, count: int, kernel: int, at: Step, stride: int) -> Any:
        return [(t, slice(at(t, stride), at(t, stride) + kernel)) for t in range(count)]

    def conv1d_forward(x: Array, w: Array, b: Array, conv_param: Any) -> Any:
        stride, pad, kernel = conv_param["stride"], conv_param["pad"], w.shape[2]
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
        count = (padded.shape[2] - kernel) // stride + 1
        out = np.zeros((len(x), len(w), count), x.dtype)
        for t, places in windows_of(padded, count, kernel, start, stride):
            out[:, :, t] = np.einsum("nck,fck->nf", padded[:, :, places], turned(w)) + b
        return out, (x, padded, w, stride, pad)

    def conv1d_backward(dout: Array, cache: Any) -> Any:
        x, padded, w, stride, pad = cache
        dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
        for t, places in windows_of(padded, dout.shape[2], w.shape[2], back, stride):
            dw += np.einsum("nf,nck->fck", dout[:, :, t], padded[:, :, places])
            dpadded[:, :, places] += np.einsum("nf,fck->nck", dout[:, :, t], turned(w))
        return cut(dpadded, pad, x.shape[2]), turned(dw), db(dout)

    return {"conv1d_forward": conv1d_forward, "conv1d_backward": conv1d_backward}


@wrong(
    "conv1d",
    "Your kernel is turned round; layers of networks do not flip it.",
    "Which entry of w multiplies the first step of a window?",
)
def kernel_flipped() -> Functions:
    return conv1d(turned=lambda w: w[:, :, ::-1])


@wrong(
    "conv1d",
    "Your backward walks by 1 whatever the stride is; window t starts at t * stride, as in the forward.",
    "Where does the second window start if the stride is 2?",
)
def backward_without_the_stride() -> Functions:
    return conv1d(back=lambda t, _stride: t)


@wrong(
    "conv1d",
    "Your bias gradient is summed over the samples alone; it is summed over the steps as well.",
    "To how many places is the same bias added?",
)
def bias_gradient_of_each_step() -> Functions:
    return conv1d(db=lambda dout: dout.sum(axis=0))


@wrong(
    "conv1d",
    "Your dx is that of the padded input; the padding is cut off again.",
    "Which shape does x have?",
)
def padding_not_cut_off() -> Functions:
    return conv1d(cut=lambda dpadded, _pad, _time: dpadded)


def transposed(
    turned: Step = lambda w: w,
    back: Step = lambda at, stride: at * stride,
    db: Step = lambda dout: dout.sum(axis=(0, 2, 3)),
) -> Functions:
    """A transposed convolution, pixel by pixel."""

    def conv_transpose_forward(x: Array, w: Array, b: Array, conv_param: Any) -> Any:
        stride, pad = conv_param["stride"], conv_param["pad"]
        rows, columns = (stride * (size - 1) + kernel for size, kernel in zip(x.shape[2:], w.shape[2:], strict=True))
        whole = np.zeros((len(x), w.shape[1], rows, columns), x.dtype)
        for i, j in np.ndindex(x.shape[2:]):
            written = whole[:, :, i * stride : i * stride + w.shape[2], j * stride : j * stride + w.shape[3]]
            written += np.einsum("nc,cfkl->nfkl", x[:, :, i, j], turned(w))
        return whole[:, :, pad : rows - pad, pad : columns - pad] + b[:, None, None], (x, w, stride, pad)

    def conv_transpose_backward(dout: Array, cache: Any) -> Any:
        x, w, stride, pad = cache
        whole = np.pad(dout, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        dx, dw = np.zeros_like(x), np.zeros_like(w)
        for i, j in np.ndindex(x.shape[2:]):
            top, left = back(i, stride), back(j, stride)
            seen = whole[:, :, top : top + w.shape[2], left : left + w.shape[3]]
            dx[:, :, i, j] = np.einsum("nfkl,cfkl->nc", seen, turned(w))
            dw += np.einsum("nc,nfkl->cfkl", x[:, :, i, j], seen)
        return dx, turned(dw), db(dout)

    return {"conv_transpose_forward": conv_transpose_forward, "conv_transpose_backward": conv_transpose_backward}


@wrong(
    "conv_transpose",
    "Your kernel is turned round; every pixel writes it as it is.",
    "What is the output for a single pixel of 1?",
)
def kernel_turned_round() -> Functions:
    return transposed(turned=lambda w: w[:, :, ::-1, ::-1])


@wrong(
    "conv_transpose",
    "Your backward reads at the pixel's own place; it was written at stride times that.",
    "Where did pixel (1, 1) write its kernel?",
)
def read_without_the_stride() -> Functions:
    return transposed(back=lambda at, _stride: at)


@wrong(
    "conv_transpose",
    "Your bias gradient is summed over the samples alone; it is summed over the pixels as well.",
    "To how many places is the same bias added?",
)
def bias_gradient_of_each_pixel() -> Functions:
    return transposed(db=lambda dout: dout.sum(axis=0))
