"""Pooling of all images at once: the place of the largest number as one number, shares entry by entry of a window."""

import numpy as np


def pair(number):
    return (number, number) if np.ndim(number) == 0 else tuple(number)


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    down, across = pair(pool_param["stride"])
    rows = (H - height) // down + 1
    columns = (W - width) // across + 1
    out = np.full((N, C, rows, columns), -np.inf, x.dtype)
    for k in range(height):
        for m in range(width):
            seen = x[:, :, k : k + down * (rows - 1) + 1 : down, m : m + across * (columns - 1) + 1 : across]
            out = np.maximum(out, seen)
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    N, C, rows, columns = dout.shape
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    down, across = pair(pool_param["stride"])
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    window = x[n, c, i * down : i * down + height, j * across : j * across + width]
                    place = np.argmax(window)
                    row, column = place // width, place % width
                    dx[n, c, i * down + row, j * across + column] += dout[n, c, i, j]
    return dx


def avg_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    down, across = pair(pool_param["stride"])
    rows = (H - height) // down + 1
    columns = (W - width) // across + 1
    out = np.zeros((N, C, rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * down : i * down + height, j * across : j * across + width].mean(axis=(2, 3))
    return out, (x, pool_param)


def avg_pool_backward_naive(dout, cache):
    x, pool_param = cache
    N, C, rows, columns = dout.shape
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    down, across = pair(pool_param["stride"])
    dx = np.zeros_like(x)
    share = dout / (height * width)
    for i in range(rows):
        for j in range(columns):
            top, left = i * down, j * across
            dx[:, :, top : top + height, left : left + width] += share[:, :, i, j][:, :, None, None]
    return dx


max_pool_forward_fast = max_pool_forward_naive
max_pool_backward_fast = max_pool_backward_naive
avg_pool_forward_fast = avg_pool_forward_naive
avg_pool_backward_fast = avg_pool_backward_naive
