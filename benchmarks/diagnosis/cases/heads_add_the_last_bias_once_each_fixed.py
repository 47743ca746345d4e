import numpy as np


class Head:
    def __init__(self, Q, K, V, mask):
        self.Q, self.K, self.V = Q, K, V
        self.root = Q.dtype.type(Q.shape[-1] ** 0.5)
        s = Q @ np.swapaxes(K, 1, 2) / self.root
        if mask is not None:
            s = s + np.where(mask, 0, -1e9).astype(s.dtype)
        s = np.exp(s - s.max(axis=2, keepdims=True))
        self.P = s / s.sum(axis=2, keepdims=True)
        self.Y = self.P @ V

    def back(self, dY):
        dP = dY @ np.swapaxes(self.V, 1, 2)
        dS = self.P * (dP - np.sum(dP * self.P, axis=2, keepdims=True)) / self.root
        return dS @ self.K, np.swapaxes(dS, 1, 2) @ self.Q, np.swapaxes(self.P, 1, 2) @ dY


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    parts = [np.split(x @ W + b, heads, axis=2) for x, W, b in ((q, Wq, bq), (k, Wk, bk), (v, Wv, bv))]
    hs = [Head(*three, mask) for three in zip(*parts)]
    rows = np.split(Wo, heads, axis=0)
    out = sum(h.Y @ W for h, W in zip(hs, rows)) + bo
    return out, (q, k, v, Wq, Wk, Wv, Wo, hs)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, hs = cache
    E = q.shape[2]
    flat = lambda a: a.reshape(-1, E)
    dYs = np.split(dout @ Wo.T, len(hs), axis=2)
    dQ, dK, dV = (np.concatenate(g, axis=2) for g in zip(*(h.back(d) for h, d in zip(hs, dYs))))
    Y = np.concatenate([h.Y for h in hs], axis=2)
    dbo = dout.sum(axis=(0, 1))
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, flat(q).T @ flat(dQ), flat(k).T @ flat(dK), flat(v).T @ flat(dV),
            flat(Y).T @ flat(dout), flat(dQ).sum(0), flat(dK).sum(0), flat(dV).sum(0), dbo)
