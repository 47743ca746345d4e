"""Opens files until no more can be opened, and keeps them."""

import contextlib
import os

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

AT_MOST = 20_000
opened = []


def bomb():
    with contextlib.suppress(OSError):
        while len(opened) < AT_MOST:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    if len(opened) == AT_MOST:
        raise RuntimeError(f"REACHED {AT_MOST} open files")


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
