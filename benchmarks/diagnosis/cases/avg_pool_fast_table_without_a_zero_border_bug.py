import numpy as np


def avg_pool_forward_fast(x, pool_param):
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H, W = x.shape[2:]
    oh, ow = (H - kh) // s + 1, (W - kw) // s + 1
    table = np.pad(x, ((0, 0), (0, 0), (0, 1), (0, 1))).cumsum(axis=2).cumsum(axis=3)  # WRONG; right: table = np.pad(x, ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(axis=2).cumsum(axis=3)
    r, c = s * np.arange(oh)[:, None], s * np.arange(ow)[None, :]
    total = table[:, :, r + kh, c + kw] - table[:, :, r, c + kw] - table[:, :, r + kh, c] + table[:, :, r, c]
    return total / (kh * kw), (x.shape, pool_param)


def avg_pool_backward_fast(dout, cache):
    shape, pool_param = cache
    kh, kw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(shape, dout.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * s:i * s + kh, j * s:j * s + kw] += dout[:, :, i:i + 1, j:j + 1] / (kh * kw)
    return dx
