import numpy as np


def dropout_forward(x, dropout_param):
    keep = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "test":
        return x * x.dtype.type(1 - keep), (None, keep)  # WRONG; right: return x * x.dtype.type(keep), (None, keep)
    m = (np.random.random_sample(x.shape) < keep).astype(x.dtype)
    return x * m, (m, keep)


def dropout_backward(dout, cache):
    m, keep = cache
    if m is None:
        return dout * dout.dtype.type(1 - keep)  # WRONG; right: return dout * dout.dtype.type(keep)
    return dout * m
