import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "test":
        return x, (mode, None, p)
    rng = np.random.default_rng(dropout_param.get("seed"))
    mask = rng.random(x.shape) < p
    out = (x * mask / p).astype(x.dtype)
    return out, (mode, mask, p)


def dropout_backward(dout, cache):
    mode, mask, p = cache
    if mode == "test":
        return dout
    dx = (dout * mask / p).astype(dout.dtype)
    return dx
