"""Dropout of whole channels, the mask a number for each channel of each sample."""

import numpy as np


def dropout2d_forward(x, dropout_param):
    p = float(dropout_param["p"])
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    if dropout_param["mode"] == "train":
        mask = kept((x.shape[0], x.shape[1], 1, 1), keep, dropout_param.get("seed"))
        scale = mask.astype(x.dtype) / keep
        out = x * scale
        return out, (scale, p, keep)
    return x * x.dtype.type(1), (None, p, keep)


def dropout2d_backward(dout, cache):
    scale, p, keep = cache
    if scale is None:
        return dout * dout.dtype.type(1)
    dx = dout * scale
    return dx
