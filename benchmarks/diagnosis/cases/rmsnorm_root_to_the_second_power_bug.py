import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + x.dtype.type(eps))
    return gamma * x / rms, (x, rms, gamma)


def rmsnorm_backward(dout, cache):
    x, rms, gamma = cache
    d = x.dtype.type(x.shape[-1])
    h = dout * gamma
    inner = np.sum(h * x, axis=-1, keepdims=True) / d
    dx = h / rms - x * inner / rms**2  # WRONG; right: dx = h / rms - x * inner / rms**3
    axes = tuple(range(x.ndim - 1))
    return dx, np.sum(dout * x / rms, axis=axes)
