import numpy as np


def rope_forward(x):
    N, T, D = x.shape
    t = np.arange(T).reshape(T, 1)
    theta = t * 10000 ** (-np.arange(0, D, 2) / D)
    theta = theta * t  # WRONG; right: pass
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * theta)
    out = np.empty_like(x)
    out[..., 0::2], out[..., 1::2] = z.real, z.imag
    return out, theta


def rope_backward(dout, cache):
    z = (dout[..., 0::2] + 1j * dout[..., 1::2]) * np.exp(-1j * cache)
    dx = np.empty_like(dout)
    dx[..., 0::2], dx[..., 1::2] = z.real, z.imag
    return dx
