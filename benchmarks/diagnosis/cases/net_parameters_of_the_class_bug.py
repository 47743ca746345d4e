import numpy as np


class FullyConnectedNet(object):
    """{affine - [batch/layer norm] - relu} x (L - 1) - affine - softmax, penalty 0.5 * reg * ||W||^2"""

    params = {}

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.L = len(hidden_dims) + 1
        fan_in = input_dim
        for l, fan_out in enumerate(list(hidden_dims) + [num_classes], start=1):
            spread = weight_scale
            self.params["W%d" % l] = (np.random.randn(fan_in, fan_out) * spread).astype(dtype)
            self.params["b%d" % l] = np.zeros(fan_out, dtype=dtype)
            if normalization is not None and l < self.L:
                self.params["gamma%d" % l] = np.ones(fan_out, dtype=dtype)
                self.params["beta%d" % l] = np.zeros(fan_out, dtype=dtype)
            fan_in = fan_out
        self.bn_params = [dict(mode="train") for _ in range(self.L - 1)]

    def normalize(self, z, l, train):
        gamma, beta = self.params["gamma%d" % l], self.params["beta%d" % l]
        if self.normalization == "layernorm":
            mu, var = z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)
        else:
            memory = self.bn_params[l - 1]
            old_mean = memory.get("running_mean", np.zeros_like(z[0]))
            old_var = memory.get("running_var", np.zeros_like(z[0]))
            if train:
                mu, var = z.mean(axis=0), z.var(axis=0)
                memory["running_mean"] = 0.9 * old_mean + 0.1 * mu
                memory["running_var"] = 0.9 * old_var + 0.1 * var
            else:
                mu, var = old_mean, old_var
        std = np.sqrt(var + 1e-5)
        hat = (z - mu) / std
        return gamma * hat + beta, (hat, std)

    def normalize_back(self, d, l, kept):
        hat, std = kept
        axis = 1 if self.normalization == "layernorm" else 0
        g = d * self.params["gamma%d" % l]
        dz = (g - g.mean(axis=axis, keepdims=True) - hat * (g * hat).mean(axis=axis, keepdims=True)) / std
        return dz, (d * hat).sum(axis=0), d.sum(axis=0)

    def loss(self, X, y=None):
        p, L = self.params, self.L
        inputs, norms, gates = {}, {}, {}
        a = X.reshape(X.shape[0], -1).astype(self.dtype)
        for l in range(1, L):
            inputs[l] = a
            z = a.dot(p["W%d" % l]) + p["b%d" % l]
            if self.normalization is not None:
                z, norms[l] = self.normalize(z, l, y is not None)
            gates[l] = z > 0
            a = z * gates[l]
        inputs[L] = a
        scores = a.dot(p["W%d" % L]) + p["b%d" % L]
        if y is None:
            return scores
        N = X.shape[0]
        top = scores.max(axis=1, keepdims=True)
        lse = top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        loss = np.mean(lse[:, 0] - scores[np.arange(N), y])
        squares = sum(np.sum(p["W%d" % l] ** 2) for l in range(1, L + 1))
        loss = loss + 0.5 * self.reg * squares
        d = np.exp(scores - lse)
        d[np.arange(N), y] -= 1
        d = d / N
        grads = {}
        for l in range(L, 0, -1):
            if l < L:
                d = d * gates[l]
                if self.normalization is not None:
                    d, grads["gamma%d" % l], grads["beta%d" % l] = self.normalize_back(d, l, norms[l])
            grads["W%d" % l] = inputs[l].T.dot(d) + self.reg * p["W%d" % l]
            grads["b%d" % l] = d.sum(axis=0)
            d = d.dot(p["W%d" % l].T)
        return loss, grads
