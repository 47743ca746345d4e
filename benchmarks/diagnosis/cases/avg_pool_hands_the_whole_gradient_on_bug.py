import numpy as np


def pair(p):
    s = p["stride"]
    return (s, s) if np.isscalar(s) else tuple(s)


def avg_pool_forward_naive(x, pool_param):
    a, b = pool_param["pool_height"], pool_param["pool_width"]
    s, t = pair(pool_param)
    rows = range(0, x.shape[2] - a + 1, s)
    cols = range(0, x.shape[3] - b + 1, t)
    out = np.array([[x[:, :, i : i + a, j : j + b].mean(axis=(2, 3)) for j in cols] for i in rows], dtype=x.dtype)
    return out.transpose(2, 3, 0, 1), (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    a, b = pool_param["pool_height"], pool_param["pool_width"]
    s, t = pair(pool_param)
    dx = np.zeros(shape, dtype=dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * s : i * s + a, j * t : j * t + b] += dout[:, :, i : i + 1, j : j + 1]
    return dx
