"""The network with its parameters in lists."""

import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(m, n) for m, n in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, n) for n in sizes[1:]]

    def forward(self, x):
        h = x.reshape(len(x), -1)
        L = len(self.weights)
        for i in range(L):
            a = h @ self.weights[i] + self.bias[i]
            h = np.maximum(a, 0) if i < L - 1 else a
        return h

    def backward(self, x, y):
        h = x.reshape(len(x), -1)
        N, L = len(x), len(self.weights)
        inputs, outputs = [], []
        for i in range(L):
            inputs.append(h)
            a = h @ self.weights[i] + self.bias[i]
            h = np.maximum(a, 0) if i < L - 1 else a
            outputs.append(h)
        rows = np.arange(N)
        shifted = h - h.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[rows, y].sum() / N
        dh = np.exp(logarithms)
        dh[rows, y] -= 1
        dh = dh / N
        dws, dbs = [None] * L, [None] * L
        for i in range(L - 1, -1, -1):
            da = dh
            if i < L - 1:
                da = dh * (outputs[i] > 0)
            dws[i] = inputs[i].T @ da
            dbs[i] = da.sum(axis=0, keepdims=True)
            dh = da @ self.weights[i].T
        return loss, dws, dbs

    def evaluate(self, data):
        x, y = data
        return (self.forward(x).argmax(axis=1) == y).mean()

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        N, L = len(x), len(self.weights)
        accuracies = []
        for _ in range(epochs):
            order = np.random.permutation(N)
            for start in range(0, N, batch_size):
                rows = order[start : start + batch_size]
                _, dws, dbs = self.backward(x[rows], y[rows])
                for i in range(L):
                    self.weights[i] = self.weights[i] - learning_rate * dws[i]
                    self.bias[i] = self.bias[i] - learning_rate * dbs[i]
            accuracies.append(self.evaluate(validation_data))
        return accuracies
