"""Networks on a tape: every operation records how to send a gradient back, and nothing is derived on paper."""

from itertools import pairwise

import numpy as np


class Value:
    """An array, the values it was made of, and how a gradient goes back to each."""

    def __init__(self, data, *sources):
        self.data, self.sources, self.grad = data, sources, np.zeros_like(data)

    def back(self, gradient):
        order, seen = [], set()

        def visit(value):
            if id(value) not in seen:
                seen.add(id(value))
                for source, _ in value.sources:
                    visit(source)
                order.append(value)

        visit(self)
        self.grad = gradient
        for value in reversed(order):
            for source, local in value.sources:
                source.grad = source.grad + local(value.grad)


def fit(gradient, like):
    """Undo broadcasting."""
    while gradient.ndim > like.ndim:
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(like.shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def dot(a, b):
    return Value(a.data @ b.data, (a, lambda g: g @ b.data.T), (b, lambda g: a.data.T @ g))


def add(a, b):
    return Value(a.data + b.data, (a, lambda g: fit(g, a.data)), (b, lambda g: fit(g, b.data)))


def times(a, b):
    back_to_a, back_to_b = (lambda g: fit(g * b.data, a.data)), (lambda g: fit(g * a.data, b.data))
    return Value(a.data * b.data, (a, back_to_a), (b, back_to_b))


def mean(a, axis):
    count = a.data.shape[axis]
    return Value(a.data.mean(axis=axis, keepdims=True), (a, lambda g: np.broadcast_to(g / count, a.data.shape)))


def power(a, exponent):
    return Value(a.data**exponent, (a, lambda g: g * exponent * a.data ** (exponent - 1)))


def rectified(a):
    return Value(np.clip(a.data, 0, None), (a, lambda g: np.where(a.data > 0, g, 0)))


def cross_entropy(scores, y):
    rows = np.arange(len(y))
    top = scores.data.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores.data - top).sum(axis=1, keepdims=True)) + top
    share = np.exp(scores.data - total)
    share[rows, y] -= 1
    return Value((total[:, 0] - scores.data[rows, y]).mean(), (scores, lambda g: g * share / len(y)))


def constant(a, like):
    return Value(np.asarray(a, like.dtype))


def standardised(x, axis, eps=1e-5):
    minus = constant(-1, x.data)
    centred = add(x, times(minus, mean(x, axis)))
    variance = mean(times(centred, centred), axis)
    return times(centred, power(add(variance, constant(eps, x.data)), -0.5)), x.data.mean(axis=0), variance.data


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, (dropout_param, np.ones_like(x))
    keep = dropout_param["p"]
    scale = (np.random.default_rng(dropout_param.get("seed")).random(x.shape) < keep) / x.dtype.type(keep)
    return x * scale, (dropout_param, scale)


def dropout_backward(dout, cache):
    return dout * cache[1]


class FullyConnectedNet:
    """Any depth; parameters are named from 1 on."""

    def __init__(
        self,
        hidden_dims,
        input_dim=3072,
        num_classes=10,
        dropout=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
        l2="half",
    ):
        rng = np.random.default_rng(seed)
        sizes = [input_dim, *hidden_dims, num_classes]
        self.depth, self.normalization, self.twice = len(sizes) - 1, normalization, 1 if l2 == "half" else 2
        self.reg = reg * self.twice
        self.keep, self.dtype, self.params = dropout, dtype, {}
        for i, (n, m) in enumerate(pairwise(sizes), 1):
            self.params[f"W{i}"] = (weight_scale * rng.standard_normal((n, m))).astype(dtype)
            self.params[f"b{i}"] = np.zeros(m, dtype)
            if normalization and i < self.depth:
                self.params[f"gamma{i}"], self.params[f"beta{i}"] = np.ones(m, dtype), np.zeros(m, dtype)
        self.running = [(np.zeros(m, dtype), np.zeros(m, dtype)) for m in hidden_dims]

    def loss(self, X, y=None):
        taped = {name: Value(w) for name, w in self.params.items()}
        x = Value(X.reshape(len(X), -1).astype(self.dtype))
        for i in range(1, self.depth):
            x = add(dot(x, taped[f"W{i}"]), taped[f"b{i}"])
            x = self._normalised(x, taped, i, y is None)
            x = self._thinned(rectified(x), "test" if y is None else "train")
        scores = add(dot(x, taped[f"W{self.depth}"]), taped[f"b{self.depth}"])
        if y is None:
            return scores.data
        loss = cross_entropy(scores, y)
        loss.back(loss.data.dtype.type(1))
        grads = {name: value.grad for name, value in taped.items()}
        weights = [name for name in self.params if name.startswith("W")]
        penalty = sum((self.params[name] ** 2).sum() for name in weights)
        for name in weights:
            grads[name] = grads[name] + grads[name].dtype.type(self.reg) * self.params[name]
        return loss.data + loss.data.dtype.type(self.reg / 2) * penalty, grads

    def _normalised(self, x, taped, i, test):
        if not self.normalization:
            return x
        if self.normalization == "layernorm":
            x_hat, _, _ = standardised(x, 1)
        elif test:
            m, v = self.running[i - 1]
            x_hat = Value((x.data - m) / np.sqrt(v + self.dtype(1e-5)))
        else:
            x_hat, m, v = standardised(x, 0)
            (old_m, old_v), keep = self.running[i - 1], self.dtype(0.9)
            self.running[i - 1] = keep * old_m + (1 - keep) * m, keep * old_v + (1 - keep) * v[0]
        return add(times(taped[f"gamma{i}"], x_hat), taped[f"beta{i}"])

    def _thinned(self, x, mode):
        if self.keep == 1:
            return x
        out, cache = dropout_forward(x.data, {"mode": mode, "p": self.keep})
        return Value(out, (x, lambda g: dropout_backward(g, cache)))


class ShallowLayerNet(FullyConnectedNet):
    """One hidden layer."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-2, reg=0.0, dtype=np.float32, l2="half"):
        super().__init__([hidden_dim], input_dim, num_classes, reg=reg, weight_scale=weight_scale, dtype=dtype, l2=l2)

    def train(
        self,
        X,
        y,
        X_val,
        y_val,
        num_iters=100,
        batch_size=200,
        learning_rate=1e-3,
        learning_rate_decay=0.95,
        reg=0.0,
        verbose=False,
    ):
        rng, losses, on_training, accuracies = np.random.default_rng(0), [], [], []
        self.reg = reg * self.twice
        for step in range(num_iters):
            chosen = rng.integers(len(X), size=batch_size)
            loss, grads = self.loss(X[chosen], y[chosen])
            losses.append(float(loss))
            for name in self.params:
                self.params[name] = self.params[name] - self.params[name].dtype.type(learning_rate) * grads[name]
            if (step + 1) % max(len(X) // batch_size, 1) == 0:
                learning_rate *= learning_rate_decay
                on_training.append(float((self.loss(X).argmax(axis=1) == y).mean()))
                accuracies.append(float((self.loss(X_val).argmax(axis=1) == y_val).mean()))
        return losses, on_training, accuracies, max(accuracies)

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)
