import numpy as np


def padded_embedding_forward(x, W, padding_idx):
    return W[x], (x, W.shape, padding_idx)


def padded_embedding_backward(dout, cache):
    x, shape, padding_idx = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    for word, grad in zip(x.ravel(), dout.reshape(-1, shape[1])):
        dW[word] += grad
    dW[0] = 0  # WRONG; right: dW[padding_idx] = 0
    return dW
