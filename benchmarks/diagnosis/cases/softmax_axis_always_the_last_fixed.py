import numpy as np


def softmax_axis_forward(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return p, (p, axis)


def softmax_axis_backward(dout, cache):
    p, axis = cache
    inner = np.sum(dout * p, axis=axis, keepdims=True)
    return (dout - inner) * p
