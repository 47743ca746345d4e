import numpy as np


def max_pool_forward_fast(x, pool_param):
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    if kh == kw == s and H % kh == 0 and W % kw == 0:
        tiles = x.reshape(N, C, H // kh, kh, W // kw, kw)
        out = tiles.max(axis=(2, 4))  # WRONG; right: out = tiles.max(axis=(3, 5))
    else:
        oh, ow = (H - kh) // s + 1, (W - kw) // s + 1
        out = np.empty((N, C, oh, ow), x.dtype)
        for i in range(oh):
            for j in range(ow):
                out[:, :, i, j] = x[:, :, i * s:i * s + kh, j * s:j * s + kw].max(axis=(2, 3))
    return out, (x, kh, kw, s)


def max_pool_backward_fast(dout, cache):
    x, kh, kw, s = cache
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for i in range((H - kh) // s + 1):
        for j in range((W - kw) // s + 1):
            part = x[:, :, i * s:i * s + kh, j * s:j * s + kw].reshape(N, C, -1)
            one = np.zeros_like(part)
            np.put_along_axis(one, part.argmax(axis=2)[:, :, None], 1, axis=2)
            dx[:, :, i * s:i * s + kh, j * s:j * s + kw] += one.reshape(N, C, kh, kw) * dout[:, :, i, j, None, None]
    return dx
