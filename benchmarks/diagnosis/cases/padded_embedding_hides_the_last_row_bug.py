import numpy as np


def padded_embedding_forward(x, W, padding_idx):
    return W[x], (x, W.shape, padding_idx)


def padded_embedding_backward(dout, cache):
    x, shape, padding_idx = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    for where in np.ndindex(x.shape):
        dW[x[where]] += dout[where]
    dW[-1] = 0  # WRONG; right: dW[padding_idx] = 0
    return dW
