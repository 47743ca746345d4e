import numpy as np


def sigmoid(a):
    out = np.empty_like(a)
    pos = a >= 0
    out[pos] = 1 / (1 + np.exp(-a[pos]))
    e = np.exp(a[~pos])
    out[~pos] = e / (1 + e)
    return out


def step(x, h, Wx, Wh, bx, bh):
    a, c = np.split(x @ Wx + bx, 3, 1), np.split(h @ Wh + bh, 3, 1)
    r, z = sigmoid(a[0] + c[0]), sigmoid(a[1] + c[1])
    n = np.tanh(a[2] + r * c[2])
    return (1 - z) * n + z * h, (x, h, r, z, n, c[2])


def step_back(d, kept, Wx, Wh):
    x, h, r, z, n, c = kept
    dn = d * (1 - z) * (1 - n * n)
    dz = d * (h - n) * z * (1 - z)
    dr = dn * c * r * (1 - r)
    da, dc = np.hstack((dr, dz, dn)), np.hstack((dr, dz, dn * r))
    return da @ Wx.T, dc @ Wh.T + d * z, x.T @ da, h.T @ dc, da.sum(0), dc.sum(0)


def gru_forward(x, h0, Wx, Wh, bx, bh):
    hs, kept, h = [], [], h0
    for t in range(x.shape[1]):
        h, k = step(x[:, t], h, Wx, Wh, bx, bh)
        hs.append(h)
        kept.append(k)
    return np.stack(hs, 1), (kept, Wx, Wh)


def gru_backward(dh, cache):
    kept, Wx, Wh = cache
    dx, dWx, dWh, dbx, dbh, d = [], 0, 0, 0, 0, 0
    for t in reversed(range(len(kept))):
        gx, d, gWx, gWh, gbx, gbh = step_back(dh[:, t] + d, kept[t], Wx, Wh)
        dx.append(gx)
        dWx = gWx  # WRONG; right: dWx = dWx + gWx
        dWh, dbx, dbh = dWh + gWh, dbx + gbx, dbh + gbh
    return np.stack(dx, 1), d, dWx, dWh, dbx, dbh  # WRONG; right: return np.stack(dx[::-1], 1), d, dWx, dWh, dbx, dbh
