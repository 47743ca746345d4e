import numpy as np


def padded_embedding_forward(x, W, padding_idx):
    out = W.take(x, axis=0)
    return out, (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, padding_idx = cache
    hot = np.eye(len(W), dtype=dout.dtype)[x.reshape(-1)]
    dW = hot.T @ dout.reshape(-1, dout.shape[-1])
    dW[padding_idx] *= 1  # WRONG; right: dW[padding_idx] = 0
    return dW
