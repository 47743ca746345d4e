import numpy as np


def _turned(x, way):
    T, D = x.shape[1:]
    half = np.arange(D // 2)
    theta = np.power(10000.0, -half / D)  # WRONG; right: theta = np.power(10000.0, -2.0 * half / D)
    angle = way * np.arange(T)[:, None] * theta[None, :]
    even, odd = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = even * np.cos(angle) - odd * np.sin(angle)
    out[..., 1::2] = even * np.sin(angle) + odd * np.cos(angle)
    return out


def rope_forward(x):
    return _turned(x, 1), None


def rope_backward(dout, cache):
    return _turned(dout, -1)
