import numpy as np


def word_embedding_forward(x, W):
    out = W[x - 1]  # WRONG; right: out = W[x]
    return out, (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    for word, grad in zip(x.reshape(-1), dout.reshape(-1, shape[1])):
        dW[word] += grad
    return dW
