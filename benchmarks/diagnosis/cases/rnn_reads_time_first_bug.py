import numpy as np


class Vanilla:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, xs, h):
        self.xs, self.hs = xs, [h]
        for x in xs:
            self.hs.append(np.tanh(x @ self.Wx + self.hs[-1] @ self.Wh + self.b))
        return np.array(self.hs[1:])

    def backward(self, dhs):
        dWx, dWh, db = (np.zeros_like(a) for a in (self.Wx, self.Wh, self.b))
        dxs, carry = np.zeros_like(self.xs), np.zeros_like(self.hs[0])
        for t in range(len(dhs) - 1, -1, -1):
            da = (dhs[t] + carry) * (1 - self.hs[t + 1] ** 2)
            dWx += self.xs[t].T @ da
            dWh += self.hs[t].T @ da
            db += da.sum(axis=0)
            dxs[t], carry = da @ self.Wx.T, da @ self.Wh.T
        return dxs, carry, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    net = Vanilla(Wx, Wh, b)
    out = net.forward(x, h0)
    return out, net


def rnn_backward(dh, cache):
    dx, dh0, dWx, dWh, db = cache.backward(dh)
    return dx, dh0, dWx, dWh, db
