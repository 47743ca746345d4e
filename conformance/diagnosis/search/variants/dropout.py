"""Dropout under each of its conventions."""

import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    mask = None
    if dropout_param["mode"] == "train":
        mask = kept(x.shape, keep, dropout_param.get("seed"))
        if dialect.dropout == "inverted":
            scale = 1 / x.dtype.type(keep)
        if dialect.dropout == "vanilla":
            scale = x.dtype.type(1)
        out = np.where(mask, x * scale, 0)
    else:
        if dialect.dropout == "inverted":
            scale = x.dtype.type(1)
        if dialect.dropout == "vanilla":
            scale = x.dtype.type(keep)
        out = x * scale
    return out, (mask, p, keep, scale)


def dropout_backward(dout, cache):
    mask, p, keep, scale = cache
    if mask is None:
        dx = dout * scale
    else:
        dx = np.where(mask, dout * scale, 0)
    return dx
