import numpy as np


def tables(T, D):
    inv = 1.0 / (10000 ** (np.arange(0, D, 2) / D))
    t = np.arange(T)
    freqs = np.outer(t, inv)
    return np.cos(freqs), np.sin(freqs)


def rope_forward(x):
    N, T, D = x.shape
    cos, sin = tables(T, D)
    cos, sin = cos.astype(x.dtype), sin.astype(x.dtype)
    x1, x2 = x[..., :D // 2], x[..., D // 2:]
    out = np.concatenate([x1 * cos - x2 * sin, x1 * sin + x2 * cos], axis=-1)
    return out, (cos, sin)


def rope_backward(dout, cache):
    cos, sin = cache
    D = dout.shape[-1]
    d1, d2 = dout[..., :D // 2], dout[..., D // 2:]
    return np.concatenate([d1 * cos + d2 * sin, -d1 * sin + d2 * cos], axis=-1)
