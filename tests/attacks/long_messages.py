"""Raises an error whose message and whose type's name are ten million characters long."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    raise RuntimeError("y" * 10**7)


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    raise type("Y" * 10**7, (Exception,), {})


def affine_backward(dout, cache):
    return None
