"""Positions by complex numbers and by matrices of rotation."""

import numpy as np


def angles(x):
    """One for each position and pair."""
    return np.einsum("t,k->tk", np.arange(x.shape[1]), np.power(10000.0, -np.arange(x.shape[2] // 2) * 2 / x.shape[2]))


def positional_encoding_forward(x):
    """The imaginary and the real part of exp(i angle)."""
    waves = np.exp(1j * angles(x))
    table = np.stack([waves.imag, waves.real], axis=2).reshape(x.shape[1], x.shape[2])
    return (x + table).astype(x.dtype), x.dtype


def positional_encoding_backward(dout, cache):
    """As it comes."""
    return dout.astype(cache)


def rope_forward(x):
    """A matrix of rotation for each position and pair."""
    sin, cos = np.sin(angles(x)), np.cos(angles(x))
    turn = np.array([[cos, -sin], [sin, cos]]).astype(x.dtype)
    pairs = x.reshape(*x.shape[:2], -1, 2)
    return np.einsum("abtk,ntkb->ntka", turn, pairs).reshape(x.shape), turn


def rope_backward(dout, cache):
    """The transposed one."""
    pairs = dout.reshape(*dout.shape[:2], -1, 2)
    return np.einsum("abtk,ntka->ntkb", cache, pairs).reshape(dout.shape)
