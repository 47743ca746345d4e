import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    rng = np.random.RandomState(dropout_param["seed"]) if dropout_param.get("seed") is not None else np.random
    if dropout_param["mode"] != "train":
        return x.copy(), None
    kept = (rng.random_sample(x.shape) < p).astype(x.dtype)
    scale = max(kept.mean(), 1e-12)  # WRONG; right: scale = p
    mask = kept / scale
    return (x * mask).astype(x.dtype), mask


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else (dout * cache).astype(dout.dtype)
