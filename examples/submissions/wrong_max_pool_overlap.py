"""
Max pooling for the convolutional networks notebook (assignment 2).
"""
import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    Hp = 1 + (H - ph) // s
    Wp = 1 + (W - pw) // s
    out = np.zeros((N, C, Hp, Wp))
    for i in range(Hp):
        for j in range(Wp):
            out[:, :, i, j] = np.max(x[:, :, i * s:i * s + ph, j * s:j * s + pw], axis=(2, 3))
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, Hp, Wp = dout.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(Hp):
                for j in range(Wp):
                    patch = x[n, c, i * s:i * s + ph, j * s:j * s + pw]
                    row, col = np.unravel_index(np.argmax(patch), patch.shape)
                    dx[n, c, i * s + row, j * s + col] = dout[n, c, i, j]
    return dx
