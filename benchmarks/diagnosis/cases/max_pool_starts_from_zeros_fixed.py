import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    sh, sw = s if isinstance(s, (tuple, list)) else (s, s)
    N, C, H, W = x.shape
    oh, ow = (H - ph) // sh + 1, (W - pw) // sw + 1
    out = np.full((N, C, oh, ow), -np.inf, dtype=x.dtype)
    for a in range(ph):
        for b in range(pw):
            out = np.maximum(out, x[:, :, a : a + sh * (oh - 1) + 1 : sh, b : b + sw * (ow - 1) + 1 : sw])
    return out, (x, ph, pw, sh, sw)


def max_pool_backward_naive(dout, cache):
    x, ph, pw, sh, sw = cache
    dx = np.zeros_like(x)
    for n in range(dout.shape[0]):
        for c in range(dout.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    win = x[n, c, i * sh : i * sh + ph, j * sw : j * sw + pw]
                    r, q = np.unravel_index(win.argmax(), win.shape)
                    dx[n, c, i * sh + r, j * sw + q] += dout[n, c, i, j]
    return dx
