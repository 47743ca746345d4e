"""Max pooling without a loop over the image: what stands at each place of every window, one place above the other."""

import numpy as np


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows = (x.shape[2] - height) // stride + 1
    columns = (x.shape[3] - width) // stride + 1
    down, across = stride * (rows - 1) + 1, stride * (columns - 1) + 1
    seen = [x[:, :, k : k + down : stride, m : m + across : stride] for k in range(height) for m in range(width)]
    layers = np.stack(seen)
    out = layers.max(axis=0)
    best = layers.argmax(axis=0)
    return out, (best, x.shape, pool_param)


def max_pool_backward_naive(dout, cache):
    best, shape, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, rows, columns = dout.shape
    down, across = stride * (rows - 1) + 1, stride * (columns - 1) + 1
    dx = np.zeros(shape, dout.dtype)
    for place in range(height * width):
        row, column = place // width, place % width
        here = np.where(best == place, dout, 0)
        dx[:, :, row : row + down : stride, column : column + across : stride] += here
    return dx


max_pool_forward_fast = max_pool_forward_naive
max_pool_backward_fast = max_pool_backward_naive
