import numpy as np


def log_softmax_axis_forward(x, axis=-1):
    m = np.max(x, axis=axis, keepdims=True)
    out = x - m - np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))
    return out, (out, axis)


def log_softmax_axis_backward(dout, cache):
    out, axis = cache
    s = dout.sum(axis=axis, keepdims=True)
    return dout - s * np.exp(out)
