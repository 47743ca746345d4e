import numpy as np


def _sig(a):
    return np.tanh(a * 0.5) * 0.5 + 0.5


def gru_forward(x, h0, Wx, Wh, bx, bh):
    steps, h = [], h0
    H = h0.shape[1]
    for t in range(x.shape[1]):
        u = x[:, t] @ Wx + bx
        w = h @ Wh + bh
        r, z = _sig(u[:, :H] + w[:, :H]), _sig(u[:, H:-H] + w[:, H:-H])
        n = np.tanh(u[:, -H:] + r * w[:, -H:])
        steps.append(dict(x=x[:, t], h=h, r=r, z=z, n=n, w=w[:, -H:]))
        h = (1 - z) * n + z * h
        steps[-1]["out"] = h
    return np.stack([s["out"] for s in steps], 1), (steps, Wx, Wh)


def gru_backward(dh, cache):
    steps, Wx, Wh = cache
    dWx, dWh = np.zeros_like(Wx), np.zeros_like(Wh)
    dbx, dbh = np.zeros_like(Wx[0]), np.zeros_like(Wx[0])
    dx = [None] * len(steps)
    d = np.zeros_like(dh[:, 0])
    for t in range(len(steps) - 1, -1, -1):
        s = steps[t]
        d = d + dh[:, t]
        dn = d * (1 - s["z"]) * (1 - s["n"] ** 2)
        dz = d * (s["h"] - s["n"]) * s["z"] * (1 - s["z"])
        dr = dn * s["w"] * s["r"] * (1 - s["r"])
        on_x = np.concatenate([dr, dz, dn], axis=1)
        on_h = np.concatenate([dr, dz, dn * s["r"]], axis=1)
        dWx += s["x"].T @ on_x
        dWh += s["h"].T @ on_h
        dbx += on_x.sum(axis=0)
        dbh += on_x.sum(axis=0)  # WRONG; right: dbh += on_h.sum(axis=0)
        dx[t] = on_x @ Wx.T
        d = on_h @ Wh.T + d * s["z"]
    return np.stack(dx, 1), d, dWx, dWh, dbx, dbh
