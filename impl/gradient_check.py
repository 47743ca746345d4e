"""Numeric gradients, element by element, and the error that they are compared by: how the published texts check."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .validation import Array, require_shape

NEGLIGIBLE = 1e-8  # what a value is taken to be at least, so that two zeros do not differ


def rel_error(x: Array, y: Array) -> float:
    """The largest relative error: ``max |x - y| / max(1e-8, |x| + |y|)``.

    Args:
        x, y: float, of one shape. NaN gives NaN.

    Raises:
        ValueError: if the shapes differ.

    Source: cs231n assignment 2.
    """
    require_shape("rel_error", "y", y, np.shape(x))
    return float(np.max(np.abs(x - y) / np.maximum(NEGLIGIBLE, np.abs(x) + np.abs(y))))


def eval_numerical_gradient(f: Callable[[Array], Any], x: Array, h: float = 1e-5) -> Array:
    """The gradient of a scalar f by central differences: ``(f(x + h e_i) - f(x - h e_i)) / 2h`` for each element i.

    Args:
        f: called with x; or it ignores its argument and reads the very array x, such as a parameter of a network.
        x: any shape, float64. An element at a time is moved in place and put back.
        h: the step.

    Returns:
        the gradient in the shape of x.

    Source: cs231n assignment 2.
    """
    return eval_numerical_gradient_array(f, x, np.ones(()), h)


def eval_numerical_gradient_array(f: Callable[[Array], Any], x: Array, df: Array, h: float = 1e-5) -> Array:
    """The gradient of ``sum(df * f(x))``, of an f that gives an array, by central differences.

    Args:
        f, x, h: as in :func:`eval_numerical_gradient`.
        df: the upstream gradient, in the shape of f(x).

    Returns:
        the gradient in the shape of x.

    Source: cs231n assignment 2.
    """
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        start = x[i]
        try:
            x[i] = start + h
            above = np.array(f(x))
            x[i] = start - h
            below = np.array(f(x))
        finally:
            x[i] = start
        gradient[i] = np.sum((above - below) * df) / (2 * h)
    return gradient
