import numpy as np


def dropout_forward(x, dropout_param):
    keep = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, (x, dropout_param)
    if dropout_param.get("seed") is not None:
        np.random.seed(dropout_param["seed"])
    out = np.where(np.random.rand(*x.shape) < keep, x / keep, 0)
    return out, (out, dropout_param)


def dropout_backward(dout, cache):
    out, param = cache
    if param["mode"] == "test":
        return dout
    alive = out > 0  # WRONG; right: alive = out != 0
    return dout * alive / param["p"]
