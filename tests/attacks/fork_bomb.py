"""Starts processes that start processes; at most some hundred, should nothing stop it."""

import contextlib
import os
import time

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

AT_MOST = 200  # a belt for a machine without the wall
SECONDS = 3


def bomb():
    started = 0
    with contextlib.suppress(OSError):
        while started < AT_MOST:
            if os.fork() == 0:
                time.sleep(SECONDS)
                os._exit(0)
            started += 1
    if started == AT_MOST:
        raise RuntimeError(f"REACHED {started} processes")


def relu_forward(x):
    bomb()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
