import numpy as np


def adaptive_avg_pool_forward(x, output_size):
    n, c, h, w = x.shape
    out = np.zeros((n, c, output_size, output_size), x.dtype)
    for i in range(output_size):
        r0, r1 = int(np.floor(i * h / output_size)), int(np.ceil((i + 1) * h / output_size))
        for j in range(output_size):
            c0, c1 = int(np.floor(j * w / output_size)), int(np.ceil((j + 1) * w / output_size))
            out[:, :, i, j] = x[:, :, r0:r1, c0:c1].mean(axis=(-2, -1))
    return out, x


def adaptive_avg_pool_backward(dout, cache):
    n, c, h, w = cache.shape
    k = dout.shape[-1]
    dx = np.zeros_like(cache)
    for i in range(k):
        r0, r1 = i * h // k, -(-(i + 1) * h // k)
        for j in range(k):
            c0, c1 = j * w // k, -(-(j + 1) * w // k)
            area = (r1 - r0) * (c1 - c0)
            dx[:, :, r0:r1, c0:c1] += dout[:, :, i, j].reshape(n, c, 1, 1) / dout.dtype.type(area)
    return dx
