"""What is added for a position, and pairs of features that are turned by it."""

import numpy as np


def angles_of(x):
    N, T, D = x.shape
    position = np.arange(T)[:, None]
    pair = np.arange(D // 2)
    return (position / 10000 ** (2 * pair / D)).astype(x.dtype)


def positional_encoding_forward(x):
    N, T, D = x.shape
    angles = angles_of(x)
    encoding = np.zeros((T, D), dtype=x.dtype)
    if dialect.feature_pairs == "neighbours":
        encoding[:, 0::2] = np.sin(angles)
        encoding[:, 1::2] = np.cos(angles)
    if dialect.feature_pairs == "halves":
        encoding[:, : D // 2] = np.sin(angles)
        encoding[:, D // 2 :] = np.cos(angles)
    out = x + encoding
    return out, None


def positional_encoding_backward(dout, cache):
    dx = dout.copy()
    return dx


def learned_positions_forward(x, W):
    T = x.shape[1]
    out = x + W[:T]
    return out, W


def learned_positions_backward(dout, cache):
    W = cache
    T = dout.shape[1]
    dW = np.zeros_like(W)
    dW[:T] = dout.sum(axis=0)
    dx = dout.copy()
    return dx, dW


def rope_forward(x):
    D = x.shape[2]
    angles = angles_of(x)
    cos, sin = np.cos(angles), np.sin(angles)
    out = np.zeros_like(x)
    if dialect.feature_pairs == "neighbours":
        one, other = x[:, :, 0::2], x[:, :, 1::2]
        first = one * cos - other * sin
        second = one * sin + other * cos
        out[:, :, 0::2], out[:, :, 1::2] = first, second
    if dialect.feature_pairs == "halves":
        one, other = x[:, :, : D // 2], x[:, :, D // 2 :]
        first = one * cos - other * sin
        second = one * sin + other * cos
        out[:, :, : D // 2], out[:, :, D // 2 :] = first, second
    return out, (cos, sin)


def rope_backward(dout, cache):
    cos, sin = cache
    D = dout.shape[2]
    dx = np.zeros_like(dout)
    if dialect.feature_pairs == "neighbours":
        done, dother = dout[:, :, 0::2], dout[:, :, 1::2]
        dfirst = done * cos + dother * sin
        dsecond = dother * cos - done * sin
        dx[:, :, 0::2], dx[:, :, 1::2] = dfirst, dsecond
    if dialect.feature_pairs == "halves":
        done, dother = dout[:, :, : D // 2], dout[:, :, D // 2 :]
        dfirst = done * cos + dother * sin
        dsecond = dother * cos - done * sin
        dx[:, :, : D // 2], dx[:, :, D // 2 :] = dfirst, dsecond
    return dx
