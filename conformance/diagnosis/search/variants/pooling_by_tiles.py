"""Max pooling of windows that lie side by side in one go, and of all others window by window."""

import numpy as np


def max_pool_forward_fast(x, pool_param):
    N, C, H, W = x.shape
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows, columns = (H - height) // stride + 1, (W - width) // stride + 1
    if height == width == stride and H % height == 0 and W % width == 0:
        tiles = x.reshape(N, C, rows, height, columns, width)
        out = np.max(tiles, axis=(3, 5))
    else:
        out = np.zeros((N, C, rows, columns), x.dtype)
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                out[:, :, i, j] = np.max(x[:, :, top : top + height, left : left + width], axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_fast(dout, cache):
    x, pool_param = cache
    N, C, H, W = x.shape
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + height, left : left + width].reshape(N, C, -1)
            is_first = np.arange(window.shape[2]) == np.argmax(window, axis=2)[:, :, None]
            share = is_first * dout[:, :, i, j][:, :, None]
            dx[:, :, top : top + height, left : left + width] += share.reshape(N, C, height, width)
    return dx
