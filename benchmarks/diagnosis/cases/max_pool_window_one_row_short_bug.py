import numpy as np


def max_pool_forward_fast(x, pool_param):
    ph, pw = pool_param["pool_height"], pool_param["pool_width"]
    sh, sw = np.broadcast_to(pool_param["stride"], 2)
    oh, ow = 1 + (x.shape[2] - ph) // sh, 1 + (x.shape[3] - pw) // sw
    out = np.full(x.shape[:2] + (oh, ow), -np.inf, x.dtype)
    for a in range(max(ph - 1, 1)):  # WRONG; right: for a in range(ph):
        for b in range(pw):
            out = np.maximum(out, x[:, :, a : a + sh * (oh - 1) + 1 : sh, b : b + sw * (ow - 1) + 1 : sw])
    return out, (x, ph, pw, sh, sw)


def max_pool_backward_fast(dout, cache):
    x, ph, pw, sh, sw = cache
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        r, q = divmod(int(x[n, c, top : top + ph, left : left + pw].argmax()), pw)
        dx[n, c, top + r, left + q] += dout[n, c, i, j]
    return dx
