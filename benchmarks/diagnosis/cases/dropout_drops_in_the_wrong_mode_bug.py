import numpy as np


def dropout_forward(x, dropout_param):
    keep, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    if mode == "test":  # WRONG; right: if mode == "train":
        mask = (np.random.random_sample(x.shape) < keep).astype(x.dtype) / keep
        out = x * mask
    else:
        out = x
    return out.astype(x.dtype), (dropout_param, mask)


def dropout_backward(dout, cache):
    _, mask = cache
    return dout if mask is None else dout * mask
