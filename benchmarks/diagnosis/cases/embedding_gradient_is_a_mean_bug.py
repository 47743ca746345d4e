import numpy as np


def word_embedding_forward(x, W):
    out = np.take(W, x, axis=0)
    return out, (x, W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    words, rows = x.ravel(), dout.reshape(-1, D)
    dW = np.zeros((V, D), dout.dtype)
    for v in range(V):
        dW[v] = rows[words == v].mean(axis=0) if (words == v).any() else 0
    return dW
