"""Raises SystemExit(0), and KeyboardInterrupt."""

import sys

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    sys.exit(0)


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    raise KeyboardInterrupt


def affine_backward(dout, cache):
    raise GeneratorExit
