import numpy as np


def log_softmax_axis_forward(x, axis):
    z = x - np.amax(x, axis=axis, keepdims=True)
    out = z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))
    return out, (out, axis)


def log_softmax_axis_backward(dout, cache):
    out, axis = cache
    total = np.sum(dout, axis=-1, keepdims=True)  # WRONG; right: total = np.sum(dout, axis=axis, keepdims=True)
    return dout - np.exp(out) * total
