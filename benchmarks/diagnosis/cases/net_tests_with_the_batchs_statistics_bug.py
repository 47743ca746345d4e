import numpy as np


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        self.L, self.reg, self.dtype, self.kind = len(dims) - 1, reg, dtype, normalization
        rng = np.random.RandomState(seed)
        self.params = {}
        for l, (a, b) in enumerate(zip(dims[:-1], dims[1:]), 1):
            self.params["W%d" % l] = (rng.randn(a, b) * weight_scale).astype(dtype)
            self.params["b%d" % l] = np.zeros(b, dtype=dtype)
            if normalization and l < self.L:
                self.params["gamma%d" % l] = np.ones(b, dtype=dtype)
                self.params["beta%d" % l] = np.zeros(b, dtype=dtype)
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]

    def _norm(self, x, l, mode):
        g, b = self.params["gamma%d" % l], self.params["beta%d" % l]
        axis = 1 if self.kind == "layernorm" else 0
        p = self.bn_params[l - 1]
        if axis == 0 and mode == "test":
            return g * (x - p["running_mean"]) / np.sqrt(p["running_var"] + 1e-5) + b, None
        m, v = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
        if axis == 0:
            p["running_mean"] = 0.9 * p.get("running_mean", np.zeros_like(g)) + 0.1 * m[0]
            p["running_var"] = 0.9 * p.get("running_var", np.zeros_like(g)) + 0.1 * v[0]
        s = np.sqrt(v + x.dtype.type(1e-5))
        return g * (x - m) / s + b, ((x - m) / s, s, g, axis)

    def _norm_back(self, d, kept):
        h, s, g, axis = kept
        dg, db = (d * h).sum(0), d.sum(0)
        d = d * g
        return (d - d.mean(axis=axis, keepdims=True) - h * (d * h).mean(axis=axis, keepdims=True)) / s, dg, db

    def loss(self, X, y=None):
        mode = "train"  # WRONG; right: mode = "test" if y is None else "train"
        x, tape = X.astype(self.dtype).reshape(len(X), -1), []
        for l in range(1, self.L):
            z = x.dot(self.params["W%d" % l]) + self.params["b%d" % l]
            kept = None
            if self.kind:
                z, kept = self._norm(z, l, mode)
            tape.append((x, z, kept))
            x = np.maximum(z, 0)
        scores = x.dot(self.params["W%d" % self.L]) + self.params["b%d" % self.L]
        if y is None:
            return scores
        N = len(y)
        s = scores - scores.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        for l in range(1, self.L + 1):
            loss += 0.5 * self.reg * np.sum(self.params["W%d" % l] ** 2)
        d = np.exp(logp)
        d[np.arange(N), y] -= 1
        d /= N
        grads = {"W%d" % self.L: x.T.dot(d), "b%d" % self.L: d.sum(axis=0)}
        for l in range(self.L - 1, 0, -1):
            x, z, kept = tape[l - 1]
            d = d.dot(self.params["W%d" % (l + 1)].T)
            d = d * (z > 0)
            if kept is not None:
                d, grads["gamma%d" % l], grads["beta%d" % l] = self._norm_back(d, kept)
            grads["W%d" % l], grads["b%d" % l] = x.T.dot(d), d.sum(axis=0)
        for l in range(1, self.L + 1):
            grads["W%d" % l] += self.reg * self.params["W%d" % l]
        return loss, grads
