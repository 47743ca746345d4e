import numpy as np


def rotate(x, cos, sin):
    out = np.empty_like(x)
    out[..., ::2] = x[..., ::2] * cos - x[..., 1::2] * sin
    out[..., 1::2] = x[..., ::2] * sin + x[..., 1::2] * cos
    return out


def rope_forward(x):
    N, T, D = x.shape
    theta = 10000.0 ** (-2 * np.arange(D // 2) / D)
    angle = np.arange(T)[:, None] * theta[None, :]
    cos, sin = np.cos(angle).astype(x.dtype), np.sin(angle).astype(x.dtype)
    return rotate(x, cos, sin), (cos, sin)


def rope_backward(dout, cache):
    cos, sin = cache
    return rotate(dout, cos, sin)  # WRONG; right: return rotate(dout, cos, -sin)
