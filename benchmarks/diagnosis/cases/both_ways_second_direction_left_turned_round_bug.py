import numpy as np


def run(x, h, Wx, Wh, b):
    hs = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def run_back(dh, x, h0, hs, Wx, Wh):
    olds = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    da, carry = np.zeros_like(hs), np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        da[:, t] = (dh[:, t] + carry) * (1 - hs[:, t] ** 2)
        carry = da[:, t] @ Wh.T
    return da @ Wx.T, carry, np.einsum("ntd,nth->dh", x, da), np.einsum("ntk,nth->kh", olds, da), da.sum((0, 1))


def bidirectional_rnn_forward(x, h0, Wx, Wh, b):
    turned = np.flip(x, axis=1)
    left = run(x, h0[0], Wx[0], Wh[0], b[0])
    right = run(turned, h0[1], Wx[1], Wh[1], b[1])
    shown = right  # WRONG; right: shown = np.flip(right, axis=1)
    return np.concatenate([left, shown], axis=-1), (x, turned, h0, left, right, Wx, Wh)


def bidirectional_rnn_backward(dh, cache):
    x, turned, h0, left, right, Wx, Wh = cache
    H = left.shape[2]
    upstream = dh[:, :, H:]  # WRONG; right: upstream = np.flip(dh[:, :, H:], axis=1)
    first = run_back(dh[:, :, :H], x, h0[0], left, Wx[0], Wh[0])
    second = run_back(upstream, turned, h0[1], right, Wx[1], Wh[1])
    dx = first[0] + np.flip(second[0], axis=1)
    return (dx, *(np.stack(pair) for pair in zip(first[1:], second[1:])))
