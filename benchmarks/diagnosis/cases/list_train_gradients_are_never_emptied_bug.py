import numpy as np


def softmax_cross_entropy(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    total = np.exp(z).sum(axis=1, keepdims=True)
    logs = z - np.log(total)
    return np.exp(z) / total, -np.mean(logs[np.arange(len(y)), y])


class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, b) for b in sizes[1:]]

    def forward(self, x):
        for w, b in zip(self.weights[:-1], self.bias[:-1]):
            x = np.maximum(np.dot(x, w) + b, 0)
        return np.dot(x, self.weights[-1]) + self.bias[-1]

    def backward(self, x, y):
        activations, zs = [x], []
        for w, b in zip(self.weights, self.bias):
            zs.append(activations[-1] @ w + b)
            activations.append(np.where(zs[-1] > 0, zs[-1], 0))
        a, loss = softmax_cross_entropy(zs[-1], y)
        delta = a - np.eye(a.shape[1], dtype=a.dtype)[y]
        delta = delta / len(x)
        dws, dbs = [None] * len(self.weights), [None] * len(self.weights)
        for l in range(1, self.num_layers):
            dws[-l] = activations[-l - 1].T @ delta
            dbs[-l] = np.sum(delta, axis=0, keepdims=True)
            if l < self.num_layers - 1:
                delta = (delta @ self.weights[-l].T) * (zs[-l - 1] > 0)
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        X, Y = training_data
        n = len(X)
        for e in range(epochs):
            shuffled = np.random.permutation(n)
            for k in range(0, n, batch_size):
                batch = shuffled[k:k + batch_size]
                self.update(X[batch], Y[batch], learning_rate)

    def zero_grad(self):
        self.gw = [np.zeros_like(w) for w in self.weights]
        self.gb = [np.zeros_like(b) for b in self.bias]

    def update(self, x, y, eta):
        if not hasattr(self, "gw"):
            self.gw, self.gb = [0 * w for w in self.weights], [0 * b for b in self.bias]
        _, dws, dbs = self.backward(x, y)
        for l in range(len(self.weights)):
            self.gw[l] += dws[l]
            self.gb[l] += dbs[l]
            self.weights[l] = self.weights[l] - eta * self.gw[l]
            self.bias[l] = self.bias[l] - eta * self.gb[l]
        pass  # WRONG; right: self.zero_grad()
