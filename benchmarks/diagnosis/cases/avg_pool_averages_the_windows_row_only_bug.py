import numpy as np


def avg_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - ph) // s, 1 + (W - pw) // s), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            block = x[:, :, i * s:i * s + ph, j * s:j * s + pw]
            out[:, :, i, j] = block.sum(axis=(2, 3)) / pw  # WRONG; right: out[:, :, i, j] = block.sum(axis=(2, 3)) / (ph * pw)
    return out, (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(shape, dtype=dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * s:i * s + ph, j * s:j * s + pw] += (dout[:, :, i, j] / (ph * pw))[:, :, np.newaxis, np.newaxis]
    return dx
