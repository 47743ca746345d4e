import numpy as np


def global_avg_pool_forward(x):
    N, C, H, W = x.shape
    return x.reshape(N, C, H * W).sum(axis=2) / x.dtype.type(H * W), (N, C, H, W)


def global_avg_pool_backward(dout, cache):
    N, C, H, W = cache
    area = H * W * C  # WRONG; right: area = H * W
    return np.broadcast_to((dout / dout.dtype.type(area)).reshape(N, C, 1, 1), cache).copy()
