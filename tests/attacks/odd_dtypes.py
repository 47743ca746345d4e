"""Gives records, dates, text, long doubles and complex numbers."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    return np.maximum(x, 0).astype(np.longdouble), x


def relu_backward(dout, cache):
    return np.zeros(dout.shape, "datetime64[s]")


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    record = np.zeros(out.shape, [("value", out.dtype)])
    record["value"] = out
    return record, (x, w, b)


def affine_backward(dout, cache):
    return dout.astype(str), dout.astype(complex), dout.astype("S8")
