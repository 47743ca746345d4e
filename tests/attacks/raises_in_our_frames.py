"""Breaks functions that the suite's own frames call beside it, so that these raise where it has no answer."""

import sys

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def sabotage():
    """Make the worker's own code divide by zero, with none of this file's frames on the stack."""
    frame = sys._getframe()
    while not frame.f_globals["__name__"].endswith("harness.session"):
        frame = frame.f_back
    session = frame.f_globals
    session["as_array"] = session["np"].stack
    session["described"] = None


def relu_forward(x):
    sabotage()
    return None, x


def relu_backward(dout, cache):
    return dout


def affine_forward(x, w, b):
    sabotage()
    raise NotImplementedError


def affine_backward(dout, cache):
    return np.zeros(3)
