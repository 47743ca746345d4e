import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    rng = np.random.default_rng(dropout_param.get("seed"))
    if mode == "train":
        keep = rng.random(x.shape) < p
        return np.where(keep, x / p, 0).astype(x.dtype), (mode, p, keep)
    return x, (mode, p, None)


def dropout_backward(dout, cache):
    mode, p, keep = cache
    if mode == "train":
        return (dout * keep / p).astype(dout.dtype)
    return dout
