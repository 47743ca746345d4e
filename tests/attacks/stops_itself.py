"""Stops its own process, so that no signal but the last one wakes it."""

import os
import signal

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}
LIMITS = {"case_seconds": 1.0}


def relu_forward(x):
    os.kill(os.getpid(), signal.SIGSTOP)


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
