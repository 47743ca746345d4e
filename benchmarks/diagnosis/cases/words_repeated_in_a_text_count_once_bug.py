import numpy as np


def word_embedding_forward(x, W):
    return W[x, :], (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    for n in range(x.shape[0]):
        dW[x[n]] += dout[n]  # WRONG; right: np.add.at(dW, x[n], dout[n])
    return dW
