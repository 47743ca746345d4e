import numpy as np


def spans(size, parts):
    return [(i * size // parts, (i + 1) * size // parts) for i in range(parts)]  # WRONG; right: return [(i * size // parts, -(-(i + 1) * size // parts)) for i in range(parts)]


def adaptive_avg_pool_forward(x, output_size):
    n, c, h, w = x.shape
    out = np.empty((n, c, output_size, output_size), x.dtype)
    for i, (a, b) in enumerate(spans(h, output_size)):
        for j, (d, e) in enumerate(spans(w, output_size)):
            out[:, :, i, j] = x[:, :, a:b, d:e].mean(axis=(2, 3))
    return out, (x, output_size)


def adaptive_avg_pool_backward(dout, cache):
    x, k = cache
    dx = np.zeros_like(x)
    for i, (a, b) in enumerate(spans(x.shape[2], k)):
        for j, (d, e) in enumerate(spans(x.shape[3], k)):
            dx[:, :, a:b, d:e] += dout[:, :, i:i + 1, j:j + 1] / ((b - a) * (e - d))
    return dx
