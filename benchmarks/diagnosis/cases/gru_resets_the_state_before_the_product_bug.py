import numpy as np


def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    r = sigmoid(x @ Wx[:, :H] + prev_h @ Wh[:, :H] + bx[:H] + bh[:H])
    z = sigmoid(x @ Wx[:, H:2*H] + prev_h @ Wh[:, H:2*H] + bx[H:2*H] + bh[H:2*H])
    rh = r * prev_h
    n = np.tanh(x @ Wx[:, 2*H:] + rh @ Wh[:, 2*H:] + bx[2*H:] + bh[2*H:])
    next_h = (1 - z) * n + z * prev_h
    return next_h, (x, prev_h, Wx, Wh, r, z, n, rh)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, rh = cache
    H = prev_h.shape[1]
    dan = dnext_h * (1 - z) * (1 - n ** 2)
    daz = dnext_h * (prev_h - n) * z * (1 - z)
    drh = dan @ Wh[:, 2*H:].T
    dar = drh * prev_h * r * (1 - r)
    da = np.hstack((dar, daz, dan))
    dx = da @ Wx.T
    dprev_h = dnext_h * z + drh * r + np.hstack((dar, daz)) @ Wh[:, :2*H].T
    dWh = np.hstack((prev_h.T @ dar, prev_h.T @ daz, rh.T @ dan))
    return dx, dprev_h, x.T @ da, dWh, da.sum(axis=0), da.sum(axis=0)
