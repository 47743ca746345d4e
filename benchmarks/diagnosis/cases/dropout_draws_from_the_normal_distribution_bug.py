import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    rng = np.random.RandomState(dropout_param.get("seed"))
    if mode == "test":
        return x, (mode, None)
    mask = (rng.randn(*x.shape) < p) / p  # WRONG; right: mask = (rng.rand(*x.shape) < p) / p
    return (x * mask).astype(x.dtype), (mode, mask)


def dropout_backward(dout, cache):
    mode, mask = cache
    return dout if mode == "test" else (dout * mask).astype(dout.dtype)
