"""Aborts the interpreter, by abort() and by a jump to address 0."""

import ctypes
import os

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    os.abort()


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return ctypes.string_at(0), None


def affine_backward(dout, cache):
    return None
