import numpy as np


def log_softmax_forward(x):
    z = x - x.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return lp, lp


def log_softmax_backward(dout, cache):
    total = np.einsum("ij->i", dout)
    return dout - np.einsum("i,ij->ij", total, np.exp(cache))
