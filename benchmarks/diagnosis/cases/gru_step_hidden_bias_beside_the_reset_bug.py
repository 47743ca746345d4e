import numpy as np


def sg(v):
    return 1 / (1 + np.exp(-np.clip(v, -700, 700)))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    xr, xz, xn = np.split(x @ Wx + bx, 3, axis=1)
    hr, hz, hn = np.split(prev_h @ Wh, 3, axis=1)
    br, bz, bn = np.split(bh, 3)
    r = sg(xr + hr + br)
    z = sg(xz + hz + bz)
    n = np.tanh(xn + r * hn + bn)  # WRONG; right: n = np.tanh(xn + r * (hn + bn))
    out = (1 - z) * n + z * prev_h
    return out, (x, prev_h, Wx, Wh, r, z, n, hn, bn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, hn, bn = cache
    da_n = dnext_h * (1 - z) * (1 - n ** 2)
    da_r = da_n * hn * r * (1 - r)  # WRONG; right: da_r = da_n * (hn + bn) * r * (1 - r)
    da_z = dnext_h * (prev_h - n) * z * (1 - z)
    dx_side = np.hstack([da_r, da_z, da_n])
    dh_side = np.hstack([da_r, da_z, da_n * r])
    dbh = np.hstack([da_r, da_z, da_n]).sum(axis=0)  # WRONG; right: dbh = dh_side.sum(axis=0)
    dprev_h = dh_side @ Wh.T + dnext_h * z
    return dx_side @ Wx.T, dprev_h, x.T @ dx_side, prev_h.T @ dh_side, dx_side.sum(axis=0), dbh
