"""Dropout of whole channels, the mask and what it is divided by kept apart."""

import numpy as np


def dropout2d_forward(x, dropout_param):
    p = float(dropout_param["p"])
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    if dropout_param["mode"] == "test":
        return x * x.dtype.type(1), (None, keep)
    mask = kept((x.shape[0], x.shape[1], 1, 1), keep, dropout_param.get("seed")).astype(x.dtype)
    out = x * mask / keep
    return out, (mask, keep)


def dropout2d_backward(dout, cache):
    mask, keep = cache
    if mask is None:
        return dout * dout.dtype.type(1)
    dx = dout * mask / keep
    return dx
