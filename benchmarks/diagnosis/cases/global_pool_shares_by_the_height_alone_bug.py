import numpy as np


def global_avg_pool_forward(x):
    N, C, H, W = x.shape
    return x.sum(axis=3).sum(axis=2) / (H * W), x.shape


def global_avg_pool_backward(dout, cache):
    N, C, H, W = cache
    dx = np.empty(cache, dout.dtype)
    dx[:] = (dout / H)[:, :, None, None]  # WRONG; right: dx[:] = (dout / (H * W))[:, :, None, None]
    return dx
