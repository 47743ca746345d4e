import numpy as np


def bounds(size, parts):
    return [((i * size) // parts, -((-(i + 1) * size) // parts)) for i in range(parts)]


def area(y0, y1, x0, x1):
    return 1  # WRONG; right: return (y1 - y0) * (x1 - x0)


def adaptive_avg_pool_forward(x, output_size):
    oh, ow = (output_size,) * 2 if np.ndim(output_size) == 0 else tuple(output_size)
    out = np.zeros(x.shape[:2] + (oh, ow), x.dtype)
    for i, (y0, y1) in enumerate(bounds(x.shape[2], oh)):
        for j, (x0, x1) in enumerate(bounds(x.shape[3], ow)):
            out[:, :, i, j] = np.sum(x[:, :, y0:y1, x0:x1], axis=(2, 3)) / area(y0, y1, x0, x1)
    return out, (x.shape, oh, ow)


def adaptive_avg_pool_backward(dout, cache):
    shape, oh, ow = cache
    dx = np.zeros(shape, dout.dtype)
    for i, (y0, y1) in enumerate(bounds(shape[2], oh)):
        for j, (x0, x1) in enumerate(bounds(shape[3], ow)):
            dx[:, :, y0:y1, x0:x1] += (dout[:, :, i, j] / area(y0, y1, x0, x1))[:, :, None, None]
    return dx
