import numpy as np


def tables(T, D, dtype):
    freq = np.exp(-np.log(10000.0) * np.arange(0, D, 2) / D)
    where = np.arange(1, T + 1)  # WRONG; right: where = np.arange(T)
    turn = where[:, None] * freq[None]
    return np.cos(turn).astype(dtype), np.sin(turn).astype(dtype)


def rope_forward(x):
    cos, sin = tables(x.shape[1], x.shape[2], x.dtype)
    a, b = x[:, :, ::2], x[:, :, 1::2]
    out = np.empty_like(x)
    out[:, :, ::2] = a * cos - b * sin
    out[:, :, 1::2] = b * cos + a * sin
    return out, (cos, sin)


def rope_backward(dout, cache):
    cos, sin = cache
    dx = np.zeros_like(dout)
    dx[:, :, ::2] = dout[:, :, ::2] * cos + dout[:, :, 1::2] * sin
    dx[:, :, 1::2] = dout[:, :, 1::2] * cos - dout[:, :, ::2] * sin
    return dx
