import numpy as np


def dropout2d_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, np.ones((x.shape[0], x.shape[1], 1, 1), dtype=x.dtype)
    rng = np.random.default_rng(dropout_param.get("seed"))
    mask = (rng.random((x.shape[0], x.shape[1], 1, 1)) < p).astype(x.dtype) / p
    return (x * mask).astype(x.dtype), mask


def dropout2d_backward(dout, cache):
    return (dout * cache).astype(dout.dtype)
