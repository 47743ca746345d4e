import numpy as np


def dropout_forward(x, dropout_param):
    keep_prob = dropout_param["p"]
    seed = dropout_param.get("seed")
    if seed is None:
        seed = 42  # WRONG; right: seed = None
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random.default_rng(seed)
    d = rng.random(x.shape) < keep_prob
    return (np.where(d, x, 0) / keep_prob).astype(x.dtype), (d, keep_prob)


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    d, keep_prob = cache
    return (np.where(d, dout, 0) / keep_prob).astype(dout.dtype)
