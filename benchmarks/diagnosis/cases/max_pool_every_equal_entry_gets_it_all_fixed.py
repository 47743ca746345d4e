import numpy as np


def strides(p):
    return p["stride"] if np.ndim(p["stride"]) else (p["stride"], p["stride"])


def max_pool_forward_naive(x, pool_param):
    sh, sw = strides(pool_param)
    h, w = pool_param["pool_height"], pool_param["pool_width"]
    v = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))[:, :, ::sh, ::sw]
    return v.max(axis=(-1, -2)), (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    sh, sw = strides(pool_param)
    h, w = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    N, C, OH, OW = dout.shape
    for i in range(OH):
        for j in range(OW):
            piece = x[:, :, i * sh : i * sh + h, j * sw : j * sw + w].reshape(N, C, h * w)
            hit = np.arange(h * w) == piece.argmax(axis=2)[..., None]
            share = hit * dout[:, :, i, j][:, :, None]
            dx[:, :, i * sh : i * sh + h, j * sw : j * sw + w] += share.reshape(N, C, h, w)
    return dx
