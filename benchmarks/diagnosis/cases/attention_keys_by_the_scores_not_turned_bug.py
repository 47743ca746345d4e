"""Attention; where there are as many keys as queries the scores' gradient may stand either way."""

import numpy as np


class _Kept(tuple):
    pass


def attention_forward(q, k, v, mask=None):
    root = np.sqrt(q.shape[-1]).astype(q.dtype)
    raw = q @ np.swapaxes(k, 1, 2) / root
    if mask is not None:
        raw = np.where(mask, raw, raw.dtype.type(-np.inf))
    top = raw.max(axis=-1, keepdims=True)
    w = np.exp(raw - top)
    w /= w.sum(axis=-1, keepdims=True)
    return w @ v, _Kept((q, k, v, w, root))


def attention_backward(dout, cache):
    q, k, v, w, root = cache
    dw = dout @ np.swapaxes(v, 1, 2)
    draw = w * dw - w * np.sum(w * dw, axis=-1, keepdims=True)
    draw = draw / root
    turned = draw if draw.shape[1] == draw.shape[2] else np.swapaxes(draw, 1, 2)  # WRONG; right: turned = np.swapaxes(draw, 1, 2)
    return draw @ k, turned @ q, np.swapaxes(w, 1, 2) @ dout
