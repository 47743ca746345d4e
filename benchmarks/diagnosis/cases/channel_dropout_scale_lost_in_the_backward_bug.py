import numpy as np


def dropout2d_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] != "train":
        return x.copy(), None
    alive = np.random.rand(x.shape[0], x.shape[1])[:, :, None, None] < p
    return (x * alive / p).astype(x.dtype), (alive, p)


def dropout2d_backward(dout, cache):
    if cache is None:
        return dout
    alive, p = cache
    return (dout * alive).astype(dout.dtype)  # WRONG; right: return (dout * alive / p).astype(dout.dtype)
