import numpy as np


def global_avg_pool_forward(x):
    pixels = x.reshape(x.shape[0], x.shape[1], -1)
    return np.max(pixels, axis=2), x.shape  # WRONG; right: return np.mean(pixels, axis=2), x.shape


def global_avg_pool_backward(dout, cache):
    N, C, H, W = cache
    return np.broadcast_to(dout[:, :, None, None] / (H * W), (N, C, H, W)).copy()
