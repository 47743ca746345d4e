import numpy as np

alpha = 1.6732632423543772
scale = 1.0507009873554805


def selu_forward(x):
    out = np.where(x > 0, scale * x, alpha * (np.exp(np.minimum(x, 0)) - 1)).astype(x.dtype)  # WRONG; right: out = (scale * np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))).astype(x.dtype)
    return out, x


def selu_backward(dout, cache):
    x = cache
    dx = dout * scale * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
    return dx.astype(x.dtype)
