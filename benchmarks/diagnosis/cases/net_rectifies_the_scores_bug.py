import numpy as np


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, reg=0.0, weight_scale=1e-2, dtype=np.float32):
        self.params, self.reg, self.dtype = {}, reg, dtype
        sizes = [input_dim] + hidden_dims + [num_classes]
        self.L = len(sizes) - 1
        for l in range(self.L):
            self.params[f"W{l + 1}"] = (np.random.randn(sizes[l], sizes[l + 1]) * weight_scale).astype(dtype)
            self.params[f"b{l + 1}"] = np.zeros(sizes[l + 1]).astype(dtype)

    def loss(self, X, y=None):
        a = X.reshape(len(X), -1).astype(self.dtype)
        acts = [a]
        for l in range(1, self.L + 1):
            z = a @ self.params[f"W{l}"] + self.params[f"b{l}"]
            a = np.maximum(z, 0)
            acts.append(a)
        scores = a
        if y is None:
            return scores
        N = len(X)
        s = scores - scores.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        d = np.exp(logp)
        d[np.arange(N), y] -= 1
        d /= N
        grads = {}
        for l in range(self.L, 0, -1):
            W = self.params[f"W{l}"]
            d = d * (acts[l] > 0)
            loss += 0.5 * self.reg * (W ** 2).sum()
            grads[f"W{l}"] = acts[l - 1].T @ d + self.reg * W
            grads[f"b{l}"] = d.sum(axis=0)
            d = d @ W.T
        return loss, grads
