import numpy as np


def sg(x):
    return 0.5 * np.tanh(0.5 * x) + 0.5


def lstm(x, h, Wx, Wh, b):
    c, tape, out = np.zeros_like(h), [], []
    for t in range(x.shape[1]):
        i, f, o, g = np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        i, f, o, g = sg(i), sg(f), sg(o), np.tanh(g)
        old_h, old_c = h, c
        c = f * c + i * g
        h = o * np.tanh(c)
        tape.append((x[:, t], old_h, old_c, i, f, o, g, c))
        out.append(h)
    return np.stack(out, 1), (tape, Wx, Wh)


def lstm_back(dh, cache):
    tape, Wx, Wh = cache
    dx, sums, dn, dc = [], [0, 0, 0], 0, 0
    for t in reversed(range(len(tape))):
        x, h, c0, i, f, o, g, c = tape[t]
        d = dh[:, t] + dn
        tc = np.tanh(c)
        dc = dc + d * o * (1 - tc ** 2)
        da = np.hstack([dc * g * i * (1 - i), dc * c0 * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g ** 2)])
        sums = [a + m for a, m in zip(sums, (x.T @ da, h.T @ da, da.sum(0)))]
        dx.append(da @ Wx.T)
        dn, dc = da @ Wh.T, dc * f
    return np.stack(dx[::-1], 1), dn, *sums


def bidirectional_lstm_forward(x, h0, Wx, Wh, b):
    a, ca = lstm(x, h0[0], Wx[0], Wh[0], b[0])
    z, cz = lstm(x[:, ::-1], h0[1], Wx[1], Wh[0], b[1])  # WRONG; right: z, cz = lstm(x[:, ::-1], h0[1], Wx[1], Wh[1], b[1])
    return np.concatenate([a, z[:, ::-1]], axis=2), (ca, cz)


def bidirectional_lstm_backward(dh, cache):
    ca, cz = cache
    da, dz = np.split(dh, 2, axis=2)
    ga, gz = lstm_back(da, ca), lstm_back(dz[:, ::-1], cz)
    return ga[0] + gz[0][:, ::-1], *(np.stack([p, q]) for p, q in zip(ga[1:], gz[1:]))
