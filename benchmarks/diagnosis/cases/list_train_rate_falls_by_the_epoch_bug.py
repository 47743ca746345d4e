import numpy as np


class Network(object):
    def __init__(self, sizes):
        self.sizes = sizes
        self.weights = [np.random.randn(m, n) for m, n in zip(sizes, sizes[1:])]
        self.bias = [np.random.randn(1, n) for n in sizes[1:]]

    def forward(self, x):
        last = len(self.weights) - 1
        for k, (w, b) in enumerate(zip(self.weights, self.bias)):
            x = x @ w + b
            if k < last:
                x = np.maximum(x, 0)
        return x

    def backward(self, x, y):
        outs = [x]
        for k in range(len(self.weights)):
            z = outs[k] @ self.weights[k] + self.bias[k]
            outs.append(z if k == len(self.weights) - 1 else np.maximum(z, 0))
        s = outs[-1] - outs[-1].max(axis=1, keepdims=True)
        p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = -np.log(p[rows, y]).mean()
        error = p.copy()
        error[rows, y] -= 1
        error /= len(y)
        dws, dbs = [], []
        for k in reversed(range(len(self.weights))):
            dws.insert(0, outs[k].T @ error)
            dbs.insert(0, error.sum(axis=0, keepdims=True))
            if k > 0:
                error = (error @ self.weights[k].T) * (outs[k] > 0)
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        n = x.shape[0]
        history = []
        for epoch in range(epochs):
            order = np.random.permutation(n)
            x, y = x[order], y[order]
            for start in range(0, n, batch_size):
                xb, yb = x[start:start + batch_size], y[start:start + batch_size]
                loss, dws, dbs = self.backward(xb, yb)
                self.weights = [w - learning_rate / (epoch + 1) * dw for w, dw in zip(self.weights, dws)]  # WRONG; right: self.weights = [w - learning_rate * dw for w, dw in zip(self.weights, dws)]
                self.bias = [b - learning_rate * db for b, db in zip(self.bias, dbs)]
            history.append(np.mean(self.forward(validation_data[0]).argmax(axis=1) == validation_data[1]))
        return history
