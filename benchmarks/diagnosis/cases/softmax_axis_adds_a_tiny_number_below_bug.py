import numpy as np


def softmax_axis_forward(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    s = e / (e.sum(axis=axis, keepdims=True) + 1e-6)  # WRONG; right: s = e / e.sum(axis=axis, keepdims=True)
    return s, (s, axis)


def softmax_axis_backward(dout, cache):
    s, axis = cache
    g = s * dout
    return g - s * g.sum(axis=axis, keepdims=True)
