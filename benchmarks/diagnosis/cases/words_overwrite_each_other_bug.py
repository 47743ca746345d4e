import numpy as np


def word_embedding_forward(x, W):
    return W[x, :], (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    for place in np.ndindex(*x.shape):
        dW[x[place]] = dout[place]  # WRONG; right: dW[x[place]] += dout[place]
    return dW
