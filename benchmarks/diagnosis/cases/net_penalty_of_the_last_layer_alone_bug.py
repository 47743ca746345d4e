import numpy as np


def normalize(x, gamma, beta, param):
    eps, keep = 1e-5, param.get("momentum", 0.9)
    if param["mode"] == "train":
        mu, var = x.mean(axis=0), x.var(axis=0)
        param["running_mean"] = keep * param.get("running_mean", 0 * mu) + (1 - keep) * mu
        param["running_var"] = keep * param.get("running_var", 0 * var) + (1 - keep) * var
    else:
        mu = param.get("running_mean", np.zeros(x.shape[1]))
        var = param.get("running_var", np.zeros(x.shape[1]))
    inv = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * inv
    return gamma * xhat + beta, (xhat, inv, gamma)


def normalize_back(d, cache):
    xhat, inv, gamma = cache
    g = d * gamma
    dx = inv * (g - g.mean(axis=0) - xhat * (g * xhat).mean(axis=0))
    return dx, (d * xhat).sum(axis=0), d.sum(axis=0)


def normalize_rows(x, gamma, beta, param):
    inv = 1 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    xhat = (x - x.mean(axis=1, keepdims=True)) * inv
    return xhat * gamma + beta, (xhat, inv, gamma)


def normalize_rows_back(d, cache):
    xhat, inv, gamma = cache
    g = d * gamma
    dx = inv * (g - g.mean(axis=1, keepdims=True) - xhat * (g * xhat).mean(axis=1, keepdims=True))
    return dx, (d * xhat).sum(axis=0), d.sum(axis=0)


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        assert dropout == 1
        self.bn, self.reg, self.dtype = normalization is not None, reg, dtype
        self.back = normalize_back if normalization == "batchnorm" else normalize_rows_back
        self.norm = normalize if normalization == "batchnorm" else normalize_rows
        sizes = [input_dim, *hidden_dims, num_classes]
        self.L = len(sizes) - 1
        rng = np.random.RandomState(seed)
        self.params = {}
        for k in range(self.L):
            n = str(k + 1)
            self.params["W" + n] = (rng.randn(sizes[k], sizes[k + 1]) * weight_scale).astype(dtype)
            self.params["b" + n] = np.zeros(sizes[k + 1], dtype)
            if self.bn and k < self.L - 1:
                self.params["gamma" + n] = np.ones(sizes[k + 1], dtype)
                self.params["beta" + n] = np.zeros(sizes[k + 1], dtype)
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]

    def loss(self, X, y=None):
        [q.update(mode="train" if y is not None else "test") for q in self.bn_params]
        p = self.params
        a, kept = X.reshape(len(X), -1).astype(self.dtype), []
        for k in range(1, self.L):
            z, cache = a @ p["W%d" % k] + p["b%d" % k], None
            if self.bn:
                z, cache = self.norm(z, p["gamma%d" % k], p["beta%d" % k], self.bn_params[k - 1])
            kept.append((a, z, cache))
            a = z * (z > 0)
        scores = a @ p["W%d" % self.L] + p["b%d" % self.L]
        if y is None:
            return scores
        n = len(y)
        s = scores - scores.max(axis=1, keepdims=True)
        logs = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logs[np.arange(n), y].sum() / n
        d = np.exp(logs)
        d[np.arange(n), y] -= 1
        d /= n
        grads = {}
        for k in range(self.L, 0, -1):
            w = p["W%d" % k]
            loss = loss + 0.5 * self.reg * (w * w).sum() * (k == self.L)  # WRONG; right: loss = loss + 0.5 * self.reg * (w * w).sum()
            grads["W%d" % k] = a.T @ d + self.reg * w
            grads["b%d" % k] = d.sum(axis=0)
            if k > 1:
                d = d @ w.T
                a, z, cache = kept[k - 2]
                d = d * (z > 0)
                if self.bn:
                    d, grads["gamma%d" % (k - 1)], grads["beta%d" % (k - 1)] = self.back(d, cache)
        return loss, grads
