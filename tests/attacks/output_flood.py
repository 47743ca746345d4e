"""Prints megabytes by every way there is, and then gives the right answer."""

import contextlib
import os
import sys
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

LINE = "x" * 100_000


def flood():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            for _ in range(100):
                stream.write(LINE)
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):
            for _ in range(100):
                os.write(descriptor, LINE.encode())
    with contextlib.suppress(OSError), Path("/dev/tty").open("w", encoding="utf-8") as terminal:
        terminal.write("REACHED the terminal")


def relu_forward(x):
    flood()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
