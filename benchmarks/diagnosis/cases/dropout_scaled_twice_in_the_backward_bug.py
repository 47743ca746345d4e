import numpy as np


def dropout_forward(x, dropout_param):
    keep = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "test":
        return x, (dropout_param, None)
    u = (np.random.random_sample(x.shape) < keep) / keep
    return (x * u).astype(x.dtype), (dropout_param, u.astype(x.dtype))


def dropout_backward(dout, cache):
    param, u = cache
    if param["mode"] == "test":
        return dout
    return dout * u/ param["p"]
