"""Gives objects that lie about their class and their length, and raise when looked at."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}
LIMITS = {"case_seconds": 2.0}


class Liar:
    """Says that it is an array, and is none."""

    __class__ = property(lambda _self: np.ndarray)
    shape, dtype, size, ndim = (2, 2), np.dtype(float), 4, 2

    def __array__(self, *arguments, **options):
        raise KeyboardInterrupt

    def __repr__(self):
        raise SystemExit(0)

    def __bool__(self):
        raise GeneratorExit


class Endless(tuple):
    """A tuple of two, or of three, which ends never."""

    def __len__(self):
        return 2

    def __iter__(self):
        yield from iter(int, 1)


class Unprintable(Exception):
    """Cannot be described."""

    def __str__(self):
        raise SystemExit(0)


def relu_forward(x):
    return Liar(), x


def relu_backward(dout, cache):
    return Liar()


def affine_forward(x, w, b):
    if x.ndim == 2:
        raise Unprintable
    return Endless((x, w))


def affine_backward(dout, cache):
    return None
