import numpy as np


def dropout_forward(x, dropout_param):
    keep, mode = dropout_param["p"], dropout_param["mode"]
    if dropout_param.get("seed") is not None:
        np.random.seed(dropout_param["seed"])
    mask = ((np.random.random(x.shape) < keep) / keep).astype(x.dtype)
    y = x * mask if mode == "train" else x.copy()
    return y, (mask, mode)


def dropout_backward(dout, cache):
    mask, mode = cache
    return dout * mask  # WRONG; right: return dout * mask if mode == "train" else dout.copy()
