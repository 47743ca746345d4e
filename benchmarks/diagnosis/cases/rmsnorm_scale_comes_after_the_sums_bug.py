"""RMS normalization, its gradient by a projection."""

import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    inv = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + eps)
    unit = x * inv
    return unit * gamma, (unit, inv, gamma)


def rmsnorm_backward(dout, cache):
    unit, inv, gamma = cache
    dgamma = (dout * unit).reshape(-1, gamma.size).sum(0)
    dx = gamma * inv * (dout - unit * (dout * unit).mean(-1, keepdims=True))  # WRONG; right: dx = inv * (dout * gamma - unit * (dout * gamma * unit).mean(-1, keepdims=True))
    return dx, dgamma
