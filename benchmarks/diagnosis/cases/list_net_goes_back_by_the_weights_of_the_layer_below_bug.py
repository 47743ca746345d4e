import numpy as np


def relu(z):
    return np.where(z > 0, z, 0)


class Network:
    def __init__(self, sizes):
        self.sizes = list(sizes)
        pairs = list(zip(sizes[:-1], sizes[1:]))
        self.weights = [np.random.randn(a, b) for a, b in pairs]
        self.bias = [np.random.randn(1, b) for a, b in pairs]

    def run(self, x):
        zs, activations = [], [x]
        for i, (w, b) in enumerate(zip(self.weights, self.bias)):
            zs.append(activations[-1] @ w + b)
            activations.append(zs[-1] if i == len(self.weights) - 1 else relu(zs[-1]))
        return zs, activations

    def forward(self, x):
        return self.run(x)[1][-1]

    def backward(self, x, y):
        zs, activations = self.run(x)
        scores = activations[-1]
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        n = len(y)
        loss = -np.sum(logp[np.arange(n), y]) / n
        delta = np.exp(logp)
        delta[np.arange(n), y] -= 1
        delta = delta / n
        dws, dbs = [None] * len(self.weights), [None] * len(self.weights)
        for i in range(len(self.weights) - 1, -1, -1):
            dws[i] = activations[i].T @ delta
            dbs[i] = np.sum(delta, axis=0, keepdims=True)
            if i > 0:
                delta = delta @ self.weights[i - 1].T  # WRONG; right: delta = delta @ self.weights[i].T
                delta = delta * (zs[i - 1] > 0)
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        x_val, y_val = validation_data
        accuracies = []
        for _ in range(epochs):
            order = np.random.permutation(len(x))
            for start in range(0, len(x), batch_size):
                rows = order[start:start + batch_size]
                _, dws, dbs = self.backward(x[rows], y[rows])
                for i in range(len(self.weights)):
                    self.weights[i] = self.weights[i] - learning_rate * dws[i]
                    self.bias[i] = self.bias[i] - learning_rate * dbs[i]
            predicted = np.argmax(self.forward(x_val), axis=1)
            accuracies.append(np.mean(predicted == y_val))
        return accuracies
