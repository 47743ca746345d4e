import numpy as np


def dropout2d_forward(x, dropout_param):
    keep = dropout_param["p"]
    if dropout_param["mode"] != "train":
        return x, None
    r = np.random.RandomState(dropout_param.get("seed"))
    size = x.shape[:2] + (1, 1)
    factor = np.where(r.rand(*size) < keep, 1 / keep, 0).astype(x.dtype)
    return x * factor, factor


def dropout2d_backward(dout, cache):
    return dout if cache is None else dout * cache
