"""Gives right values as a subclass, a masked array, read-only, overlapping, big-endian, in a file."""

import tempfile

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}


class Tagged(np.ndarray):
    """A subclass that does no harm."""


def in_a_file(array):
    with tempfile.NamedTemporaryFile() as file:
        kept = np.memmap(file, array.dtype, "w+", shape=array.shape)
    kept[...] = array
    return kept


def read_only(array):
    array.flags.writeable = False
    return array


def relu_forward(x):
    return np.maximum(x, 0).view(Tagged), x


def relu_backward(dout, cache):
    return np.ma.masked_array(np.where(cache > 0, dout, 0))


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out.astype(out.dtype.newbyteorder(">")), (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    dx, dw = (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout
    return read_only(dx), in_a_file(dw), np.concatenate([dout.sum(axis=0)] * 2)[: dout.shape[1]]
