import numpy as np


class Heads:
    def __init__(self, heads, mask):
        self.heads, self.mask = heads, mask

    def cut(self, a):
        N, T, E = a.shape
        return a.reshape(N, T, self.heads, E // self.heads).transpose(0, 2, 1, 3)

    def glue(self, a):
        N, H, T, d = a.shape
        return a.transpose(0, 2, 1, 3).reshape(N, T, H * d)

    def forward(self, q, k, v, P):
        self.inputs, self.P = (q, k, v), P
        Wq, Wk, Wv, Wo, bq, bk, bv, bo = P
        self.q, self.k, self.v = self.cut(q @ Wq + bq), self.cut(k @ Wk + bk), self.cut(v @ Wk + bv)  # WRONG; right: self.q, self.k, self.v = self.cut(q @ Wq + bq), self.cut(k @ Wk + bk), self.cut(v @ Wv + bv)
        self.root = self.q.shape[-1] ** 0.5
        s = self.q @ self.k.swapaxes(2, 3) / self.root
        if self.mask is not None:
            m = self.mask if self.mask.ndim == 2 else self.mask[:, None]
            s = np.where(m, s, -1e30).astype(s.dtype)
        e = np.exp(s - s.max(-1, keepdims=True))
        self.w = e / e.sum(-1, keepdims=True)
        self.mixed = self.glue(self.w @ self.v)
        return self.mixed @ Wo + bo

    def backward(self, d):
        Wq, Wk, Wv, Wo = self.P[:4]
        dWo, dbo = np.tensordot(self.mixed, d, ([0, 1], [0, 1])), d.sum((0, 1))
        dm = self.cut(d @ Wo.T)
        dw = dm @ self.v.swapaxes(2, 3)
        ds = self.w * (dw - (dw * self.w).sum(-1, keepdims=True)) / self.root
        parts = [self.glue(ds @ self.k), self.glue(ds.swapaxes(2, 3) @ self.q), self.glue(self.w.swapaxes(2, 3) @ dm)]
        dx = [p @ W.T for p, W in zip(parts, (Wq, Wk, Wv))]
        dW = [np.tensordot(x, p, ([0, 1], [0, 1])) for x, p in zip(self.inputs, parts)]
        db = [p.sum((0, 1)) for p in parts]
        return (*dx, *dW, dWo, *db, dbo)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    layer = Heads(heads, mask)
    return layer.forward(q, k, v, (Wq, Wk, Wv, Wo, bq, bk, bv, bo)), layer


def multi_head_attention_backward(dout, cache):
    return cache.backward(dout)
