import numpy as np


class Cell:
    """One step; remembers what its backward needs."""

    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h, c):
        self.x, self.h, self.c = x, h, c
        z = x @ self.Wx + h @ self.Wh + self.b
        n = h.shape[1]
        self.gate = 0.5 * np.tanh(0.5 * z[:, :3 * n]) + 0.5
        self.new = np.tanh(z[:, 3 * n:])
        i, f, o = np.split(self.gate, 3, axis=1)
        self.c1 = f * c + i * self.new
        self.t = np.tanh(self.c1)
        return o * self.t, self.c1

    def backward(self, dh, dc):
        i, f, o = np.split(self.gate, 3, axis=1)
        dc = dc + dh * o * (1 - self.t ** 2)
        dgate = np.concatenate([dc * self.new, dc * self.c, dh * self.t], axis=1) * self.gate * (1 - self.gate)
        dz = np.concatenate([dgate, dc * i * (1 - self.new ** 2)], axis=1)
        self.grads = self.x.T @ dz, self.h.T @ dz, dz.sum(axis=0)
        return dz @ self.Wx.T, dz @ self.Wh.T, dc * f


def lstm_forward(x, h0, Wx, Wh, b):
    cells = [Cell(Wx, Wh, b) for _ in range(x.shape[1])]
    h, c, hs = h0, np.zeros_like(h0), []
    for t, cell in enumerate(cells):
        h, c = cell.forward(x[:, t], h, c)
        hs.append(h)
    return np.stack(hs, axis=1), cells


def lstm_backward(dh, cache):
    carry = np.zeros_like(dh[:, 0])
    dc = np.zeros_like(carry)
    dxs, grads = [], [0, 0, 0]
    for t in reversed(range(len(cache))):
        dx, carry, _ = cache[t].backward(dh[:, t] + carry, dc)  # WRONG; right: dx, carry, dc = cache[t].backward(dh[:, t] + carry, dc)
        dxs.insert(0, dx)
        grads = [a + g for a, g in zip(grads, cache[t].grads)]
    return (np.stack(dxs, axis=1), carry, *grads)
