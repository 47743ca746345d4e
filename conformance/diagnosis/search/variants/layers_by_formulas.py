"""Layers beside the usual ones as one formula each, their roots inverted and their windows by whole numbers."""

import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    mean_square = np.sum(x**2, axis=-1, keepdims=True) / x.shape[-1]
    inverse = 1 / np.sqrt(mean_square + eps)
    out = gamma * x * inverse
    return out, (x, inverse, gamma)


def rmsnorm_backward(dout, cache):
    x, inverse, gamma = cache
    dgamma = np.sum(dout * x * inverse, axis=tuple(range(dout.ndim - 1)))
    dout = dout * gamma
    product = np.mean(dout * x, axis=-1, keepdims=True)
    dx = dout * inverse - x * product * inverse**3
    return dx, dgamma


def upsample_forward(x, scale):
    out = np.kron(x, np.ones((1, 1, scale, scale), x.dtype))
    return out, (x.shape, scale)


def upsample_backward(dout, cache):
    (N, C, H, W), scale = cache
    dx = np.zeros((N, C, H, W), dout.dtype)
    for k in range(scale):
        for m in range(scale):
            dx += dout[:, :, k::scale, m::scale]
    return dx


def global_avg_pool_forward(x):
    N, C, H, W = x.shape
    flat = x.reshape(N, C, H * W)
    out = np.mean(flat, axis=2)
    return out, (N, C, H, W)


def global_avg_pool_backward(dout, cache):
    N, C, H, W = cache
    share = dout / (H * W)
    dx = np.repeat(share, H * W, axis=1).reshape(N, C, H, W)
    return dx


def adaptive_avg_pool_forward(x, output_size):
    N, C, height, width = x.shape
    out = np.zeros((N, C, output_size, output_size), x.dtype)
    for i in range(output_size):
        top, bottom = i * height // output_size, -(-(i + 1) * height // output_size)
        for j in range(output_size):
            left, right = j * width // output_size, -(-(j + 1) * width // output_size)
            out[:, :, i, j] = x[:, :, top:bottom, left:right].mean(axis=(2, 3))
    return out, (x.shape, output_size)


def spans(size, parts):
    starts = [i * size // parts for i in range(parts)]
    ends = [int(np.ceil((i + 1) * size / parts)) for i in range(parts)]
    return list(zip(starts, ends, strict=True))


def adaptive_avg_pool_backward(dout, cache):
    (N, C, height, width), output_size = cache
    dx = np.zeros((N, C, height, width), dout.dtype)
    for i, (top, bottom) in enumerate(spans(height, output_size)):
        for j, (left, right) in enumerate(spans(width, output_size)):
            area = (bottom - top) * (right - left)
            dx[:, :, top:bottom, left:right] += dout[:, :, i, j][:, :, None, None] / area
    return dx
