"""MNIST with a network that keeps its weights and biases in lists."""
import numpy as np


def relu(z):
    return np.maximum(z, 0)


def relu_derivative(z):
    return (z > 0).astype(z.dtype)


def softmax_cross_entropy(logits, y):
    """Probabilities a (N, C) and the mean loss."""
    z = logits - logits.max(axis=1, keepdims=True)
    exps = np.exp(z)
    total = exps.sum(axis=1, keepdims=True)
    a = exps / total
    # log(exp(z) / total), without the log of a probability that may be 0
    log_a = z - np.log(total)
    loss = -log_a[np.arange(len(y)), y].mean()
    return a, loss


def softmax_cross_entropy_derivative(a, y):
    """softmax - onehot"""
    onehot = np.zeros_like(a)
    onehot[np.arange(len(y)), y] = 1
    return a - onehot


class Network(object):
    def __init__(self, sizes):
        self.sizes = sizes
        self.weights = [np.random.randn(n_in, n_out) for n_in, n_out in zip(sizes[:-1], sizes[1:])]
        self.bias = [np.random.randn(1, n_out) for n_out in sizes[1:]]

    def forward(self, x):
        """The logits for a batch x (N, D)."""
        a = x.reshape(len(x), -1)
        for w, b in zip(self.weights[:-1], self.bias[:-1]):
            a = relu(np.dot(a, w) + b)
        return np.dot(a, self.weights[-1]) + self.bias[-1]

    def backward(self, x, y):
        """The mean loss of the batch and its gradients, one for each weight and bias."""
        # forward, keeping what goes into every layer and what comes out before the relu
        inputs, zs = [x.reshape(len(x), -1)], []
        for w, b in zip(self.weights[:-1], self.bias[:-1]):
            zs.append(np.dot(inputs[-1], w) + b)
            inputs.append(relu(zs[-1]))
        logits = np.dot(inputs[-1], self.weights[-1]) + self.bias[-1]
        a, loss = softmax_cross_entropy(logits, y)

        # the error of every layer, from the last to the first
        deltas = [softmax_cross_entropy_derivative(a, y) / len(y)]
        for z, w in zip(zs[::-1], self.weights[:0:-1]):
            deltas.insert(0, np.dot(deltas[0], w.T) * relu_derivative(z))

        dws = [np.dot(h.T, delta) for h, delta in zip(inputs, deltas)]
        dbs = [delta.sum(axis=0, keepdims=True) for delta in deltas]
        return loss, dws, dbs

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        """Plain SGD on shuffled mini-batches. Both data are pairs of images (N, D) and labels (N,)."""
        x, y = training_data
        for epoch in range(epochs):
            order = np.random.permutation(len(x))
            for start in range(0, len(x), batch_size):
                batch = order[start:start + batch_size]
                loss, dws, dbs = self.backward(x[batch], y[batch])
                self.weights = [w - learning_rate * dw for w, dw in zip(self.weights, dws)]
                self.bias = [b - learning_rate * db for b, db in zip(self.bias, dbs)]
            print("epoch %d: loss %.4f, validation accuracy %.4f" % (epoch, loss, self.accuracy(validation_data)))

    def accuracy(self, data):
        x, y = data
        return np.mean(self.forward(x).argmax(axis=1) == y)
