import numpy as np


def avg_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    v = np.lib.stride_tricks.sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::s, ::s]
    return v.mean(axis=(-1, -2)), (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(shape, dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i, j] / (ph * pw)
            dx[:, :, i * s:i * s + 1, j * s:j * s + 1] += share[:, :, None, None]  # WRONG; right: dx[:, :, i * s:i * s + ph, j * s:j * s + pw] += share[:, :, None, None]
    return dx
