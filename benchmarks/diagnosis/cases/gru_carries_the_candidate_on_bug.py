import numpy as np


def logistic(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


def gru_forward(x, h0, Wx, Wh, bx, bh):
    H, prev, tape, out = h0.shape[1], h0, [], []
    for t in range(x.shape[1]):
        u, v = x[:, t].dot(Wx) + bx, prev.dot(Wh) + bh
        rz = logistic(u[:, :2 * H] + v[:, :2 * H])
        r, z = rz[:, :H], rz[:, H:]
        n = np.tanh(u[:, 2 * H:] + r * v[:, 2 * H:])
        h = n + z * (prev - n)
        tape.append((x[:, t], prev, r, z, n, v[:, 2 * H:]))
        out.append(h)
        prev = n  # WRONG; right: prev = h
    return np.stack(out, axis=1), (tape, Wx, Wh)


def gru_backward(dh, cache):
    tape, Wx, Wh = cache
    G = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1], Wx.dtype), np.zeros(Wx.shape[1], Wx.dtype)]
    dx, carry = [], np.zeros_like(tape[0][1])
    for t in range(len(tape) - 1, -1, -1):
        xt, prev, r, z, n, vn = tape[t]
        d = dh[:, t] + carry
        dn = d * (1 - z) * (1 - n * n)
        dz = d * (prev - n) * z * (1 - z)
        dr = dn * vn * r * (1 - r)
        du, dv = np.concatenate([dr, dz, dn], 1), np.concatenate([dr, dz, dn * r], 1)
        for k, g in enumerate((xt.T.dot(du), prev.T.dot(dv), du.sum(0), dv.sum(0))):
            G[k] += g
        dx.insert(0, du.dot(Wx.T))
        carry = d * z + dv.dot(Wh.T)
    return (np.stack(dx, axis=1), carry, *G)
