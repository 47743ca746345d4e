"""Pooling, window after window."""

import numpy as np


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows = (H - height) // stride + 1
    columns = (W - width) // stride + 1
    out = np.zeros((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, out, pool_param)


def max_pool_backward_naive(dout, cache):
    x, out, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, rows, columns = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + height, left : left + width]
                    if window.size == 0:
                        continue
                    k, m = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + k, left + m] += dout[n, c, i, j]
    return dx


def avg_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows = (H - height) // stride + 1
    columns = (W - width) // stride + 1
    out = np.zeros((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = window.sum(axis=(2, 3)) / (height * width)
    return out, (x, pool_param)


def avg_pool_backward_naive(dout, cache):
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, rows, columns = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    dx[n, c, top : top + height, left : left + width] += dout[n, c, i, j] / (height * width)
    return dx


max_pool_forward_fast = max_pool_forward_naive
max_pool_backward_fast = max_pool_backward_naive
avg_pool_forward_fast = avg_pool_forward_naive
avg_pool_backward_fast = avg_pool_backward_naive
