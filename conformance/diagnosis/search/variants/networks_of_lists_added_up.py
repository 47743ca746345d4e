"""The network with its parameters in lists, whose gradients are added up until they are emptied."""

import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(m, n) for m, n in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, n) for n in sizes[1:]]

    def outputs_of(self, x):
        outputs = [x.reshape(len(x), -1)]
        for weights, bias in zip(self.weights[:-1], self.bias[:-1]):
            outputs.append(np.maximum(outputs[-1] @ weights + bias, 0))
        outputs.append(outputs[-1] @ self.weights[-1] + self.bias[-1])
        return outputs

    def forward(self, x):
        return self.outputs_of(x)[-1]

    def backward(self, x, y):
        outputs = self.outputs_of(x)
        scores = outputs[-1]
        rows = np.arange(len(x))
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -np.mean(logarithms[rows, y])
        delta = np.exp(logarithms)
        delta[rows, y] -= 1
        delta = delta / len(x)
        dws, dbs = [], []
        for i in reversed(range(len(self.weights))):
            dws.insert(0, outputs[i].T @ delta)
            dbs.insert(0, delta.sum(axis=0, keepdims=True))
            delta = delta @ self.weights[i].T * (outputs[i] > 0)
        return loss, dws, dbs

    def set_gradients_to_zero(self):
        self.gradients = [np.zeros_like(each) for each in (*self.weights, *self.bias)]

    def evaluate(self, data):
        x, y = data
        return (self.forward(x).argmax(axis=1) == y).mean()

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        N, L = len(x), len(self.weights)
        accuracies = []
        self.set_gradients_to_zero()
        for _ in range(epochs):
            order = np.random.permutation(N)
            for start in range(0, N, batch_size):
                rows = order[start : start + batch_size]
                _, dws, dbs = self.backward(x[rows], y[rows])
                for i in range(L):
                    self.gradients[i] += dws[i]
                    self.gradients[L + i] += dbs[i]
                for i in range(L):
                    self.weights[i] = self.weights[i] - learning_rate * self.gradients[i]
                    self.bias[i] = self.bias[i] - learning_rate * self.gradients[L + i]
                self.set_gradients_to_zero()
            accuracies.append(self.evaluate(validation_data))
        return accuracies
