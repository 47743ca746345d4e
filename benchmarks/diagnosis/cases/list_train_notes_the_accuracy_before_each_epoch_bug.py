import numpy as np


class Network(object):
    def __init__(self, sizes):
        self.sizes = sizes
        self.weights = [np.random.normal(size=(i, o)) for i, o in zip(sizes, sizes[1:])]
        self.bias = [np.random.normal(size=(1, o)) for o in sizes[1:]]

    def forward(self, x, tape=None):
        a = x
        for k, (w, b) in enumerate(zip(self.weights, self.bias)):
            if tape is not None:
                tape.append(a)
            z = np.dot(a, w) + b
            a = z if k == len(self.weights) - 1 else np.where(z > 0, z, 0)
        return a

    def backward(self, x, y):
        tape = []
        z = self.forward(x, tape)
        z = z - np.max(z, axis=1, keepdims=True)
        p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
        own = (np.arange(len(y)), y)
        loss = np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[own])
        delta = p.copy()
        delta[own] -= 1
        delta = delta / len(y)
        dws, dbs = [0] * len(tape), [0] * len(tape)
        for k in reversed(range(len(tape))):
            dws[k] = np.dot(tape[k].T, delta)
            dbs[k] = delta.sum(axis=0, keepdims=True)
            delta = np.dot(delta, self.weights[k].T) * (tape[k] > 0)
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        (x, y), (xv, yv) = training_data, validation_data
        history = []
        for epoch in range(epochs):
            history.append(float((self.forward(xv).argmax(1) == yv).mean()))
            perm = np.random.permutation(len(x))
            xs, ys = x[perm], y[perm]
            for s in range(0, len(x), batch_size):
                _, dws, dbs = self.backward(xs[s:s + batch_size], ys[s:s + batch_size])
                self.weights = [w - learning_rate * g for w, g in zip(self.weights, dws)]
                self.bias = [b - learning_rate * g for b, g in zip(self.bias, dbs)]
        return history
