import numpy as np


def log_softmax_forward(x):
    top = np.amax(x, axis=1)[:, None]
    lse = top + np.log(np.sum(np.exp(x - top), axis=1))[:, None]
    return x - lse, np.exp(x - lse)


def log_softmax_backward(dout, cache):
    shares = cache
    return dout - shares * dout.mean(axis=1)[:, None]  # WRONG; right: return dout - shares * dout.sum(axis=1)[:, None]
