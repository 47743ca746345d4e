import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, b) for b in sizes[1:]]

    def forward(self, x):
        h = x
        for i in range(len(self.weights)):
            h = h @ self.weights[i] + self.bias[i]
            if i < len(self.weights) - 1:
                h = np.maximum(h, 0)
        return h

    def backward(self, x, y):
        hs = [x]
        for i in range(len(self.weights) - 1):
            hs.append(np.maximum(hs[-1] @ self.weights[i] + self.bias[i], 0))
        z = hs[-1] @ self.weights[-1] + self.bias[-1]
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        N = len(x)
        loss = -logp[np.arange(N), y].sum()  # WRONG; right: loss = -logp[np.arange(N), y].sum() / N
        d = np.exp(logp)
        d[np.arange(N), y] -= 1
        d /= N
        dws, dbs = [], []
        for i in reversed(range(len(self.weights))):
            dws = [hs[i].T @ d] + dws
            dbs = [d.sum(axis=0, keepdims=True)] + dbs
            d = (d @ self.weights[i].T) * (hs[i] > 0)
        return loss, dws, dbs
