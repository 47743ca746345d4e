import numpy as np


def sg(a):
    return 0.5 * np.tanh(a * 0.5) + 0.5


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    a, c = x @ Wx + bx, prev_h @ Wh + bh
    r = sg(a[:, :H] + c[:, :H])
    z = sg(a[:, H:2 * H] + r * c[:, H:2 * H])
    n = np.tanh(a[:, 2 * H:] + r * c[:, 2 * H:])
    return n + z * (prev_h - n), (x, prev_h, Wx, Wh, r, z, n, c)


def gru_step_backward(dnext_h, cache):
    x, h, Wx, Wh, r, z, n, c = cache
    H = h.shape[1]
    dn = dnext_h * (1 - z) * (1 - n ** 2)
    dz = dnext_h * (h - n) * z * (1 - z)
    dr = (dn * c[:, 2 * H:] + dz * c[:, H:2 * H]) * r * (1 - r)
    by_x = np.hstack((dr, dz, dn))
    by_h = np.hstack((dr, dz * r, dn * r))
    dprev = dnext_h * z + by_h @ Wh.T
    return by_x @ Wx.T, dprev, x.T @ by_x, h.T @ by_h, by_x.sum(axis=0), by_h.sum(axis=0)
