import numpy as np


def elu_forward(x, alpha=1.0):
    negative = np.minimum(x, 0)
    out = np.where(x > 0, x, alpha * np.expm1(negative))
    return out, (x, out, alpha)


def elu_backward(dout, cache):
    x, out, alpha = cache
    slope = np.where(x > 0, 1, out + alpha)
    return (dout * slope).astype(dout.dtype)


def softplus_forward(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0), x


def softplus_backward(dout, cache):
    x = cache
    s = 0.5 * (1 + np.tanh(0.5 * x))
    return dout * s


def silu_forward(x):
    gate = 0.5 * (1 + np.tanh(0.5 * x))
    return x * gate, (x, gate)


def silu_backward(dout, cache):
    x, gate = cache
    slope = gate + gate * (1 - gate)
    return dout * slope
