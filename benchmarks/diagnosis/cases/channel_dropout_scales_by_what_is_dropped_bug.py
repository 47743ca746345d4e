import numpy as np


def dropout2d_forward(x, dropout_param):
    keep = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, np.ones(x.shape[:2], x.dtype)
    rng = np.random.default_rng(dropout_param.get("seed"))
    alive = rng.uniform(size=x.shape[:2]) <= keep
    scale = alive / max(1 - keep, 1e-3)  # WRONG; right: scale = alive / keep
    return (x * scale[:, :, None, None]).astype(x.dtype), scale


def dropout2d_backward(dout, cache):
    return (dout * cache[:, :, None, None]).astype(dout.dtype)
