"""Hangs with a handler for every signal that can have one, and catches whatever is raised."""

import contextlib
import signal

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}
LIMITS = {"case_seconds": 1.0}


def ignore(number, frame):
    pass


for number in signal.valid_signals():
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, ignore)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def relu_forward(x):
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
