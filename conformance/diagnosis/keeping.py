"""Masks, but where the mask is the mistake: they are drawn by one function, which may drop nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array

_given_mask: ContextVar[Array | None] = ContextVar("given_mask", default=None)
_keeps_everything = ContextVar("keeps_everything", default=False)


@contextmanager
def everything_kept() -> Iterator[None]:
    """Nothing is dropped by the variants whose mask is as it should be, until the end."""
    token = _keeps_everything.set(True)
    try:
        yield
    finally:
        _keeps_everything.reset(token)


@contextmanager
def kept_as(mask: Array) -> Iterator[None]:
    """What is kept is what a submission kept, until the end."""
    token = _given_mask.set(mask)
    try:
        yield
    finally:
        _given_mask.reset(token)


def kept(shape: tuple[int, ...], keep: float, seed: Any) -> Array:
    """Which elements are kept, each on its own with the probability ``keep``."""
    if _keeps_everything.get():
        return np.ones(shape, bool)
    given = _given_mask.get()
    if given is not None and given.ndim == len(shape):
        single = tuple(axis for axis, size in enumerate(shape) if size != given.shape[axis])
        if all(shape[axis] == 1 for axis in single):
            return np.asarray(given.any(axis=single, keepdims=True))
    return np.asarray(np.random.default_rng(seed).random(shape) < keep)
