import numpy as np


def dropout2d_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode != "train":
        return x, None
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    N, C, H, W = x.shape
    keep = np.random.rand(N, 1, 1, 1) < p  # WRONG; right: keep = np.random.rand(N, C, 1, 1) < p
    scale = keep.astype(x.dtype) / p
    return x * scale, scale


def dropout2d_backward(dout, cache):
    return dout if cache is None else dout * cache
