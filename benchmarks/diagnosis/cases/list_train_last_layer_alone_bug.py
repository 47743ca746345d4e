import numpy as np


class Network(object):
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, b) for b in sizes[1:]]

    def forward(self, x):
        return self._layers(x)[-1]

    def _layers(self, x):
        outs = [x]
        for k in range(len(self.weights)):
            z = outs[-1].dot(self.weights[k]) + self.bias[k]
            outs.append(np.maximum(z, 0) if k < len(self.weights) - 1 else z)
        return outs

    def backward(self, x, y):
        outs = self._layers(x)
        scores = outs[-1] - outs[-1].max(axis=1, keepdims=True)
        logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        n = len(y)
        delta = np.exp(logp)
        delta[np.arange(n), y] -= 1
        delta = delta / n
        dws, dbs = [None] * len(self.weights), [None] * len(self.weights)
        for k in range(len(self.weights) - 1, -1, -1):
            dws[k] = outs[k].T.dot(delta)
            dbs[k] = delta.sum(axis=0, keepdims=True)
            delta = delta.dot(self.weights[k].T) * (outs[k] > 0)
        return -logp[np.arange(n), y].mean(), dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        xv, yv = validation_data
        scores = []
        for e in range(epochs):
            perm = np.random.permutation(len(x))
            for s in range(0, len(x), batch_size):
                _, dws, dbs = self.backward(x[perm[s:s + batch_size]], y[perm[s:s + batch_size]])
                for k in range(len(dws) - 1, len(dws)):  # WRONG; right: for k in range(len(dws)):
                    self.weights[k] = self.weights[k] - learning_rate * dws[k]
                    self.bias[k] = self.bias[k] - learning_rate * dbs[k]
            scores.append((self.forward(xv).argmax(axis=1) == yv).mean())
        return scores
