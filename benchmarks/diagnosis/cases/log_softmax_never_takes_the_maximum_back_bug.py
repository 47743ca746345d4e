import numpy as np


def log_softmax_forward(x):
    m = x.max(axis=-1, keepdims=True)
    lse = np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
    out = x - lse  # WRONG; right: out = x - m - lse
    return out, (x, m, lse)


def log_softmax_backward(dout, cache):
    x, m, lse = cache
    p = np.exp(x - m - lse)
    return dout - p * dout.sum(axis=-1, keepdims=True)
