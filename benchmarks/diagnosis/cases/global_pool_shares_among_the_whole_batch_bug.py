import numpy as np


def global_avg_pool_forward(x):
    n, c = x.shape[:2]
    return x.reshape(n, c, -1).mean(axis=2), x


def global_avg_pool_backward(dout, cache):
    x = cache
    return np.ones_like(x) * dout[:, :, None, None] / x.size  # WRONG; right: return np.ones_like(x) * dout[:, :, None, None] / x[0, 0].size
