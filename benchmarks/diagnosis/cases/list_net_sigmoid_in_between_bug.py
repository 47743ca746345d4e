import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
        self.bias = [np.random.randn(1, b) for b in sizes[1:]]

    def run(self, x):
        acts, pres = [x], []
        for i, (w, b) in enumerate(zip(self.weights, self.bias)):
            z = acts[-1] @ w + b
            pres.append(z)
            acts.append(1 / (1 + np.exp(-z)) if i + 1 < len(self.weights) else z)
        return acts, pres

    def forward(self, x):
        return self.run(x)[0][-1]

    def backward(self, x, y):
        acts, pres = self.run(x)
        n = x.shape[0]
        out = acts[-1]
        out = out - out.max(axis=1)[:, np.newaxis]
        logs = out - np.log(np.exp(out).sum(axis=1))[:, np.newaxis]
        loss = -logs[np.arange(n), y].mean()
        p = np.exp(logs)
        p[np.arange(n), y] -= 1
        d = p / n
        dws, dbs = [None] * len(self.weights), [None] * len(self.weights)
        for i in range(len(self.weights) - 1, -1, -1):
            dws[i] = acts[i].T @ d
            dbs[i] = d.sum(axis=0)[np.newaxis]
            if i:
                d = (d @ self.weights[i].T) * (acts[i] * (1 - acts[i]))
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        n = len(y)
        history = []
        for _ in range(epochs):
            p = np.random.permutation(n)
            x, y = x[p], y[p]
            for k in range(0, n, batch_size):
                xb, yb = x[k:k + batch_size], y[k:k + batch_size]
                _, dws, dbs = self.backward(xb, yb)
                for i in range(len(dws)):
                    self.weights[i] = self.weights[i] - learning_rate * dws[i]
                    self.bias[i] = self.bias[i] - learning_rate * dbs[i]
            history.append(float((self.forward(validation_data[0]).argmax(1) == validation_data[1]).mean()))
        return history
