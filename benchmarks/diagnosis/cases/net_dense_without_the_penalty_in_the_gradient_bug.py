import numpy as np


class Dense:
    def __init__(self, net, k):
        self.net, self.w, self.b = net, "W%d" % k, "b%d" % k

    def forward(self, a, train):
        self.a = a
        return a @ self.net.params[self.w] + self.net.params[self.b]

    def backward(self, d, grads):
        grads[self.w] = self.a.T @ d
        grads[self.b] = d.sum(axis=0)
        return d @ self.net.params[self.w].T


class Rectifier:
    def forward(self, z, train):
        self.on = z > 0
        return z * self.on

    def backward(self, d, grads):
        return d * self.on


class BatchNorm:
    def __init__(self, net, k, width):
        self.net, self.gamma, self.beta = net, "gamma%d" % k, "beta%d" % k
        self.mean, self.var = np.zeros(width, net.dtype), np.zeros(width, net.dtype)

    def forward(self, z, train):
        mu, var = (z.mean(axis=0), z.var(axis=0)) if train else (self.mean, self.var)
        if train:
            self.mean = 0.9 * self.mean + 0.1 * mu
            self.var = 0.9 * self.var + 0.1 * var
        self.std = np.sqrt(var + 1e-5)
        self.hat = (z - mu) / self.std
        return self.net.params[self.gamma] * self.hat + self.net.params[self.beta]

    def backward(self, d, grads):
        grads[self.gamma], grads[self.beta] = (d * self.hat).sum(axis=0), d.sum(axis=0)
        g = d * self.net.params[self.gamma]
        return (g - g.mean(axis=0) - self.hat * (g * self.hat).mean(axis=0)) / self.std


class LayerNorm:
    def __init__(self, net, k):
        self.net, self.gamma, self.beta = net, "gamma%d" % k, "beta%d" % k

    def forward(self, z, train):
        centred = z - z.mean(axis=1, keepdims=True)
        self.std = np.sqrt((centred ** 2).mean(axis=1, keepdims=True) + 1e-5)
        self.hat = centred / self.std
        return self.hat * self.net.params[self.gamma] + self.net.params[self.beta]

    def backward(self, d, grads):
        grads[self.beta] = d.sum(axis=0)
        grads[self.gamma] = (d * self.hat).sum(axis=0)
        d = d * self.net.params[self.gamma]
        share = (d * self.hat).mean(axis=1, keepdims=True)
        return (d - d.mean(axis=1, keepdims=True) - self.hat * share) / self.std


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.reg, self.dtype, self.params, self.chain = reg, dtype, {}, []
        sizes = [input_dim] + list(hidden_dims) + [num_classes]
        last = len(sizes) - 1
        for k in range(1, last + 1):
            self.params["W%d" % k] = np.random.normal(0, weight_scale, (sizes[k - 1], sizes[k])).astype(dtype)
            self.params["b%d" % k] = np.zeros(sizes[k], dtype)
            self.chain.append(Dense(self, k))
            if k < last:
                if normalization is not None:
                    self.params["gamma%d" % k] = np.ones(sizes[k], dtype)
                    self.params["beta%d" % k] = np.zeros(sizes[k], dtype)
                    norm = BatchNorm(self, k, sizes[k]) if normalization == "batchnorm" else LayerNorm(self, k)
                    self.chain.append(norm)
                self.chain.append(Rectifier())

    def loss(self, X, y=None):
        a = X.reshape(len(X), -1).astype(self.dtype)
        for layer in self.chain:
            a = layer.forward(a, y is not None)
        if y is None:
            return a
        n = np.arange(len(y))
        e = np.exp(a - a.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        top = a.max(axis=1)
        loss = np.mean(np.log(np.sum(np.exp(a - top[:, None]), axis=1)) + top - a[n, y])
        loss += 0.5 * self.reg * sum(np.sum(w * w) for k, w in self.params.items() if k[0] == "W")
        d, grads = p, {}
        d[n, y] -= 1
        d = d / len(y)
        for layer in reversed(self.chain):
            d = layer.backward(d, grads)
        return loss, grads
