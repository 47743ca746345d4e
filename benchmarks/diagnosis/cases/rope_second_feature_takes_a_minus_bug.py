import numpy as np


def angles(T, D):
    inv = 1.0 / 10000.0 ** (np.arange(D // 2) * 2.0 / D)
    return np.arange(T)[:, None] * inv[None, :]


def rope_forward(x):
    a = angles(x.shape[1], x.shape[2])
    c, s = np.cos(a), np.sin(a)
    out = np.empty_like(x)
    out[..., ::2] = x[..., ::2] * c - x[..., 1::2] * s
    out[..., 1::2] = x[..., ::2] * s - x[..., 1::2] * c  # WRONG; right: out[..., 1::2] = x[..., ::2] * s + x[..., 1::2] * c
    return out, (c, s)


def rope_backward(dout, cache):
    c, s = cache
    dx = np.empty_like(dout)
    dx[..., ::2] = dout[..., ::2] * c + dout[..., 1::2] * s
    dx[..., 1::2] = dout[..., 1::2] * c - dout[..., ::2] * s
    return dx
