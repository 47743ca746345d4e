import numpy as np


def sigmoid(x):
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    gx = x @ Wx + bx
    gh = prev_h @ Wh + bh
    r = sigmoid(gx[:, :H] + gh[:, :H])
    z = sigmoid(gx[:, H:2 * H] + gh[:, H:2 * H])
    hn = gh[:, 2 * H:]
    n = np.tanh(gx[:, 2 * H:] + r * hn)
    return n + z * (prev_h - n), (x, prev_h, Wx, Wh, r, z, n, hn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, hn = cache
    dn = dnext_h - dnext_h * z
    dz = dnext_h * (n - prev_h)  # WRONG; right: dz = dnext_h * (prev_h - n)
    dn_in = dn * (1 - n * n)
    dr = dn_in * hn
    dr_in, dz_in = dr * (r - r * r), dz * (z - z * z)
    dgx = np.concatenate([dr_in, dz_in, dn_in], axis=1)
    dgh = np.concatenate([dr_in, dz_in, dn_in * r], axis=1)
    dprev = dnext_h * z + dgh @ Wh.T
    return dgx @ Wx.T, dprev, x.T @ dgx, prev_h.T @ dgh, dgx.sum(0), dgh.sum(0)
