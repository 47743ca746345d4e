import numpy as np


def fc(x, w, b):
    return x @ w + b, (x, w)


def fc_back(d, kept):
    x, w = kept
    return d @ w.T, x.T @ d, d.sum(axis=0)


def bn(x, gamma, beta, param):
    eps, m = param.get("eps", 1e-5), param.get("momentum", 0.9)
    if param["mode"] == "test":
        hat = (x - param.get("running_mean", 0)) / np.sqrt(param.get("running_var", 0) + eps)
        return gamma * hat + beta, None
    mean, var = x.mean(0), x.var(0)
    param["running_mean"] = m * param.get("running_mean", np.zeros_like(mean)) + (1 - m) * mean
    param["running_var"] = m * param.get("running_var", np.zeros_like(var)) + (1 - m) * var
    std = np.sqrt(var + eps)
    hat = (x - mean) / std
    return gamma * hat + beta, (hat, std, gamma)


def bn_back(d, kept):
    hat, std, gamma = kept
    N = len(d)
    dgamma, dbeta = (d * hat).sum(0), d.sum(0)
    return gamma / std / N * (N * d - dbeta - hat * dgamma), dgamma, dbeta


def ln(x, gamma, beta, param):
    std = np.sqrt(x.var(1, keepdims=True) + param.get("eps", 1e-5))
    hat = (x - x.mean(1, keepdims=True)) / std
    return gamma * hat + beta, (hat, std, gamma)


def ln_back(d, kept):
    hat, std, gamma = kept
    g = d * gamma
    dx = (g - g.mean(1, keepdims=True) - hat * (g * hat).mean(1, keepdims=True)) / std
    return dx, (d * hat).sum(0), d.sum(0)


NORMS = {"batchnorm": (bn, bn_back), "layernorm": (ln, ln_back)}


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        self.depth = len(dims) - 1
        self.params = {}
        for i in range(1, self.depth + 1):
            self.params[f"W{i}"] = np.random.normal(0, weight_scale, (dims[i - 1], dims[i])).astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)
            if normalization and i < self.depth:
                self.params[f"gamma{i}"] = np.ones(dims[i], dtype)
                self.params[f"beta{i}"] = np.zeros(dims[i], dtype)
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]
        self.norm, self.norm_back = NORMS.get(normalization, (None, None))

    def loss(self, X, y=None):
        P = self.params
        for param in self.bn_params:
            param["mode"] = "train" if y is not None else "test"
        a = X.astype(self.dtype).reshape(X.shape[0], -1)
        caches = []
        for i in range(1, self.depth):
            z, c_fc = fc(a, P[f"W{i}"], P[f"b{i}"])
            c_bn = None
            if self.normalization:
                z, c_bn = self.norm(z, P[f"gamma{i}"], P[f"beta{i}"], self.bn_params[i - 1])
            a = np.maximum(0, z)
            caches.append((c_fc, c_bn, a > 0))
        scores, c_out = fc(a, P[f"W{self.depth}"], P[f"b{self.depth}"])
        if y is None:
            return scores
        rows = np.arange(len(y))
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss, grads = -np.log(p[rows, y]).mean(), {}
        p[rows, y] -= 1
        d, grads[f"W{self.depth}"], grads[f"b{self.depth}"] = fc_back(p / len(y), c_out)
        for i in range(self.depth - 1, 0, -1):
            c_fc, c_bn, open_ = caches[i - 1]
            d = d * open_
            if c_bn is not None:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = self.norm_back(d, c_bn)
            d, grads[f"W{i}"], grads[f"b{i}"] = fc_back(d, c_fc)
        for k in grads:
            if k.startswith("W"):
                loss += 0.5 * self.reg * np.sum(P[k] ** 2)
                grads[k] = grads[k] + self.reg * P[k]
        return loss, grads
