"""The gradient of words, one text after the other."""

import numpy as np


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    for n in range(len(x)):
        np.add.at(dW, x[n], dout[n])
    return dW


def padded_embedding_forward(x, W, padding_idx):
    return W[x], (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, padding_idx = cache
    dW = np.zeros_like(W)
    for n in range(len(x)):
        np.add.at(dW, x[n], dout[n])
    dW[padding_idx] = 0
    return dW
