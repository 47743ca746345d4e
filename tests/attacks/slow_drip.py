"""Takes just less than the time of a case, each time."""

import time

import numpy as np

EXPECTED = {"relu": "marked down", "affine": "failed"}
LIMITS = {"case_seconds": 6.0, "submission_seconds": 6.0}


def relu_forward(x):
    time.sleep(1.5)
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    time.sleep(1.5)
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
