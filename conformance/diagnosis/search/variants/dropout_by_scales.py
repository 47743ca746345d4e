"""Dropout whose scale is decided once, in the forward, and handed on."""

import numpy as np


def dropout_forward(x, dropout_param):
    p = float(dropout_param["p"])
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    if dropout_param["mode"] == "train":
        mask = kept(x.shape, keep, dropout_param.get("seed"))
        scale = 1.0
        if dialect.dropout == "inverted":
            scale = 1 / keep
    else:
        mask = np.ones(x.shape, bool)
        scale = 1.0
        if dialect.dropout == "vanilla":
            scale = keep
    out = np.where(mask, x * scale, 0)
    return out, (mask, scale, keep)


def dropout_backward(dout, cache):
    mask, scale, keep = cache
    dx = np.where(mask, dout * scale, 0)
    return dx
