"""Starts threads for as long as it can; at most some thousand.

With room for as many stacks as it may have threads: where memory ends first, Python may wait for ever for a thread that
has its stack and no more, and the verdict would be one of chance.
"""

import contextlib
import threading

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
LIMITS = {"memory_mb": 4096}

AT_MOST = 1000


def bomb():
    started, end = 0, threading.Event()
    with contextlib.suppress(RuntimeError):
        while started < AT_MOST:
            threading.Thread(target=end.wait, daemon=True).start()
            started += 1
    end.set()
    if started == AT_MOST:
        raise RuntimeError(f"REACHED {AT_MOST} threads")


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
