import numpy as np


def dropout2d_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param and dropout_param["seed"] is not None:
        np.random.seed(dropout_param["seed"])
    if mode != "train":
        return x, (mode, None)
    N, C = x.shape[:2]
    on = np.zeros((N, C))
    for n in range(N):
        on[n, np.random.permutation(C)[:int(round(p * C))]] = 1
    mask = (on / p).astype(x.dtype)[:, :, np.newaxis, np.newaxis]
    return x * mask, (mode, mask)


def dropout2d_backward(dout, cache):
    mode, mask = cache
    return dout * mask if mode == "train" else dout
