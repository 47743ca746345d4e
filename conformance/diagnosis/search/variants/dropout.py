"""Dropout under each of its conventions."""

import numpy as np


def dropout_forward(x, dropout_param):
    p = float(dropout_param["p"])
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    if dropout_param["mode"] == "train":
        mask = kept(x.shape, keep, dropout_param.get("seed"))
        if dialect.dropout == "inverted":
            out = np.where(mask, x / keep, 0)
        if dialect.dropout == "vanilla":
            out = np.where(mask, x, 0)
    else:
        mask = None
        if dialect.dropout == "inverted":
            out = x * x.dtype.type(1)
        if dialect.dropout == "vanilla":
            out = x * keep
    return out, (mask, p, keep)


def dropout_backward(dout, cache):
    mask, p, keep = cache
    if mask is not None:
        if dialect.dropout == "inverted":
            dx = np.where(mask, dout / keep, 0)
        if dialect.dropout == "vanilla":
            dx = np.where(mask, dout, 0)
    else:
        if dialect.dropout == "inverted":
            dx = dout * dout.dtype.type(1)
        if dialect.dropout == "vanilla":
            dx = dout * keep
    return dx
