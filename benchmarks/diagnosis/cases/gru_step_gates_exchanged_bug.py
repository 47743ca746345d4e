import numpy as np


def gate(a):
    return 1 / (1 + np.exp(-a))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    ax, ah = x @ Wx + bx, prev_h @ Wh + bh
    first, second = gate(ax[:, :H] + ah[:, :H]), gate(ax[:, H:2 * H] + ah[:, H:2 * H])
    z, r = first, second  # WRONG; right: r, z = first, second
    n = np.tanh(ax[:, 2 * H:] + r * ah[:, 2 * H:])
    return z * prev_h + (1 - z) * n, (x, prev_h, Wx, Wh, first, second, z is first, n, ah[:, 2 * H:])


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, first, second, turned, n, hn = cache
    r, z = (second, first) if turned else (first, second)
    dn = dnext_h * (1 - z) * (1 - n * n)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dr = dn * hn * r * (1 - r)
    gates = [dz, dr] if turned else [dr, dz]
    gx = np.concatenate(gates + [dn], axis=1)
    gh = np.concatenate(gates + [dn * r], axis=1)
    return gx @ Wx.T, gh @ Wh.T + dnext_h * z, x.T @ gx, prev_h.T @ gh, gx.sum(0), gh.sum(0)
