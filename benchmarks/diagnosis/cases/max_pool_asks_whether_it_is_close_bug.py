import numpy as np


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    oh, ow = (H - kh) // s + 1, (W - kw) // s + 1
    out = np.zeros((N, C, oh, ow), x.dtype)
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s:i * s + kh, j * s:j * s + kw].max(axis=(2, 3))
    return out, (x, out, kh, kw, s)


def max_pool_backward_naive(dout, cache):
    x, out, kh, kw, s = cache
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = (slice(None), slice(None), slice(i * s, i * s + kh), slice(j * s, j * s + kw))
            top = out[:, :, i, j][:, :, None, None]
            hit = np.abs(x[at] - top) < 1e-2  # WRONG; right: hit = x[at] == top
            dx[at] += hit * dout[:, :, i, j][:, :, None, None]
    return dx
