import numpy as np


def edges(size, parts):
    return [(i * size // parts, -(-(i + 1) * size // parts)) for i in range(parts)]


def adaptive_avg_pool_forward(x, output_size):
    out = np.zeros(x.shape[:2] + (output_size, output_size), dtype=x.dtype)
    for i, (a, b) in enumerate(edges(x.shape[2], output_size)):
        for j, (c, d) in enumerate(edges(x.shape[3], output_size)):
            out[:, :, i, j] = x[:, :, a:b, c:d].mean(axis=(2, 3))
    return out, (x.shape, output_size)


def adaptive_avg_pool_backward(dout, cache):
    shape, k = cache
    dx = np.zeros(shape, dtype=dout.dtype)
    for i, (a, b) in enumerate(edges(shape[2], k)):
        for j, (c, d) in enumerate(edges(shape[3], k)):
            part = dx[:, :, a:b, c:d]
            part += dout[:, :, i, j][:, :, None, None] / (part.shape[2] * part.shape[3])
    return dx
