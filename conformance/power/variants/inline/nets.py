"""Networks without layers: everything in one method, the gradients derived on paper, numbering from 0, row biases."""

from itertools import pairwise

import numpy as np


def softmax_terms(scores, y):
    """The loss and the scores' gradient, by probabilities relative to the best class."""
    n = len(scores)
    odds = np.exp(scores - scores.max(axis=1)[:, None])
    z = odds.sum(axis=1)
    picked = scores[range(n), y] - scores.max(axis=1)
    d = odds / z[:, None]
    d[range(n), y] -= 1
    return (np.log(z) - picked).sum() / n, d / n


class FullyConnectedNet:
    """2016's style: ``use_batchnorm``, dropout=0 for none."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, use_batchnorm=False, reg=0.0, dtype=np.float32):
        sizes = [input_dim, *hidden_dims, num_classes]
        self.reg, self.use_batchnorm, self.last = reg, use_batchnorm, len(hidden_dims)
        self.params = {}
        for i in range(len(sizes) - 1):
            self.params[f"W{i}"] = np.ones((sizes[i], sizes[i + 1]), dtype)
            self.params[f"b{i}"] = np.zeros((1, sizes[i + 1]), dtype)
            if use_batchnorm and i < self.last:
                self.params[f"gamma{i}"] = np.ones((1, sizes[i + 1]), dtype)
                self.params[f"beta{i}"] = np.zeros((1, sizes[i + 1]), dtype)
        self.mean = [np.zeros((1, m), dtype) for m in hidden_dims]
        self.var = [np.zeros((1, m), dtype) for m in hidden_dims]

    def loss(self, X, y=None):
        p, kept = self.params, []
        a = np.reshape(X, (len(X), -1))
        for i in range(self.last):
            z = np.einsum("nd,dh->nh", a, p[f"W{i}"]) + p[f"b{i}"]
            x_hat = s = None
            if self.use_batchnorm:
                if y is None:
                    mu, var = self.mean[i], self.var[i]
                else:
                    mu = z.mean(axis=0, keepdims=True)
                    var = ((z - mu) ** 2).mean(axis=0, keepdims=True)
                    self.mean[i] = self.mean[i] + z.dtype.type(0.1) * (mu - self.mean[i])
                    self.var[i] = self.var[i] + z.dtype.type(0.1) * (var - self.var[i])
                s = np.sqrt(var + z.dtype.type(1e-5))
                x_hat = (z - mu) / s
                z = p[f"gamma{i}"] * x_hat + p[f"beta{i}"]
            kept.append((a, x_hat, s, z))
            a = np.where(z > 0, z, z.dtype.type(0))
        scores = np.einsum("nd,dh->nh", a, p[f"W{self.last}"]) + p[f"b{self.last}"]
        if y is None:
            return scores
        loss, d = softmax_terms(scores, y)
        grads = {}
        for i in range(self.last, -1, -1):
            grads[f"W{i}"] = np.einsum("nd,nh->dh", a, d) + d.dtype.type(self.reg) * p[f"W{i}"]
            grads[f"b{i}"] = np.einsum("nh->h", d)[None]
            loss = loss + d.dtype.type(self.reg) / 2 * np.einsum("dh,dh->", p[f"W{i}"], p[f"W{i}"])
            if i == 0:
                break
            a, x_hat, s, z = kept[i - 1]
            d = np.einsum("nh,dh->nd", d, p[f"W{i}"]) * (z > 0)
            if self.use_batchnorm:
                grads[f"gamma{i - 1}"] = (d * x_hat).sum(axis=0, keepdims=True)
                grads[f"beta{i - 1}"] = d.sum(axis=0, keepdims=True)
                spread = d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)
                d = p[f"gamma{i - 1}"] / s * spread
        return loss, grads


class TwoLayerNet:
    """The first assignment's: the penalty's strength is given to the loss, and it has the half if told so."""

    def __init__(self, input_size, hidden_size, output_size, std=1e-4, l2="full"):
        rng = np.random.default_rng(1)
        self.whole = 1 if l2 == "full" else 2
        self.params = {
            "W1": std * rng.standard_normal((input_size, hidden_size)),
            "b1": np.zeros(hidden_size),
            "W2": std * rng.standard_normal((hidden_size, output_size)),
            "b2": np.zeros(output_size),
        }

    def loss(self, X, y=None, reg=0.0):
        w1, b1, w2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(0, X.reshape(len(X), -1) @ w1 + b1)
        scores = hidden @ w2 + b2
        if y is None:
            return scores
        loss, d = softmax_terms(scores, y)
        k = d.dtype.type(reg / self.whole)
        dhidden = (d @ w2.T) * (hidden > 0)
        grads = {
            "W2": hidden.T @ d + 2 * k * w2,
            "b2": d.sum(0),
            "W1": X.reshape(len(X), -1).T @ dhidden + 2 * k * w1,
            "b1": dhidden.sum(0),
        }
        return loss + k * ((w1**2).sum() + (w2**2).sum()), grads

    def train(
        self,
        X,
        y,
        X_val,
        y_val,
        learning_rate=1e-3,
        learning_rate_decay=0.95,
        reg=5e-6,
        num_iters=100,
        batch_size=200,
        verbose=False,
    ):
        rng = np.random.RandomState(0)
        stats = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        for it in range(num_iters):
            rows = rng.choice(len(X), batch_size)
            loss, grads = self.loss(X[rows], y[rows], reg=reg)
            stats["loss_history"].append(loss)
            for name in grads:
                self.params[name] -= self.params[name].dtype.type(learning_rate) * grads[name]
            if it % max(len(X) // batch_size, 1) == 0:
                stats["val_acc_history"].append((self.loss(X_val).argmax(1) == y_val).mean())
                learning_rate *= learning_rate_decay
        return stats

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


class Network:
    """Lists of weights and of biases (1, out)."""

    def __init__(self, sizes):
        rng = np.random.default_rng(2)
        self.weights = [rng.standard_normal(pair) for pair in pairwise(sizes)]
        self.biases = [rng.standard_normal((1, m)) for m in sizes[1:]]

    def _activations(self, x):
        outs = [x]
        for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = outs[-1] @ w + b
            outs.append(z if i == len(self.weights) - 1 else np.maximum(z, 0))
        return outs

    def forward(self, x):
        return self._activations(x)[-1]

    def backward(self, x, y):
        outs = self._activations(x)
        loss, d = softmax_terms(outs[-1], y)
        dws, dbs = [], []
        for w, a in zip(reversed(self.weights), reversed(outs[:-1]), strict=True):
            dws.insert(0, a.T @ d)
            dbs.insert(0, d.sum(axis=0, keepdims=True))
            d = (d @ w.T) * (a > 0)
        return loss, dws, dbs

    def evaluate(self, data):
        return (self.forward(data[0]).argmax(1) == data[1]).mean()

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        rng = np.random.default_rng(3)
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for rows in np.array_split(order, max(len(x) // batch_size, 1)):
                _, dws, dbs = self.backward(x[rows], y[rows])
                rate = dws[0].dtype.type(learning_rate)
                self.weights = [w - rate * dw for w, dw in zip(self.weights, dws, strict=True)]
                self.biases = [b - rate * db for b, db in zip(self.biases, dbs, strict=True)]


def stepped(w, dw, config, **defaults):
    """A copy of the config with defaults and zeros where it has none."""
    config = {**defaults, **(config or {})}
    zero = np.zeros_like(w)
    return config, zero


def sgd_momentum(w, dw, config=None):
    config, zero = stepped(w, dw, config, learning_rate=1e-2, momentum=0.9)
    config["velocity"] = config["momentum"] * config.get("velocity", zero) - config["learning_rate"] * dw
    return w + config["velocity"], config


def rmsprop(w, dw, config=None):
    config, zero = stepped(w, dw, config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)
    old, decay = config.get("cache", zero), config["decay_rate"]
    config["cache"] = old * decay + dw**2 * (1 - decay)
    return w - dw * (config["learning_rate"] / (config["cache"] ** 0.5 + config["epsilon"])), config


def adam(w, dw, config=None):
    config, zero = stepped(w, dw, config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0)
    config["t"] = t = config["t"] + 1
    m, v = config.get("m", zero), config.get("v", zero)
    config["m"] = m = m * config["beta1"] + dw * (1 - config["beta1"])
    config["v"] = v = v * config["beta2"] + dw**2 * (1 - config["beta2"])
    m_hat, v_hat = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m_hat / (v_hat**0.5 + config["epsilon"]), config


def descended(w, dw, config):
    """Plain descent."""
    return w - config["learning_rate"] * dw, config


class Solver:
    """Epochs outside, steps inside; histories as arrays."""

    def __init__(
        self,
        model,
        data,
        update_rule="sgd",
        optim_config=None,
        lr_decay=1.0,
        batch_size=100,
        num_epochs=10,
        verbose=True,
    ):
        self.model, self.data, self.lr_decay = model, data, lr_decay
        self.batch_size, self.num_epochs = batch_size, num_epochs
        self.loss_history, self.configs = np.zeros(0), {name: dict(optim_config) for name in model.params}
        self.rule = {"sgd": descended, "sgd_momentum": sgd_momentum, "rmsprop": rmsprop, "adam": adam}[update_rule]
        self.train_acc_history, self.val_acc_history, self.best_val_acc = [], [], -1

    def check(self):
        for split, history in (("train", self.train_acc_history), ("val", self.val_acc_history)):
            found = np.argmax(self.model.loss(self.data[f"X_{split}"]), axis=1)
            history.append(np.mean(found == self.data[f"y_{split}"]))
        if self.val_acc_history[-1] > self.best_val_acc:
            self.best_val_acc = self.val_acc_history[-1]
            self.best = {name: np.array(w) for name, w in self.model.params.items()}

    def train(self):
        x, y = self.data["X_train"], self.data["y_train"]
        rng = np.random.default_rng(4)
        for epoch in range(self.num_epochs):
            for step in range(max(len(x) // self.batch_size, 1)):
                rows = rng.choice(len(x), self.batch_size)
                loss, grads = self.model.loss(x[rows], y[rows])
                self.loss_history = np.append(self.loss_history, loss)
                for name, w in self.model.params.items():
                    self.model.params[name], self.configs[name] = self.rule(w, grads[name], self.configs[name])
                if epoch == step == 0:
                    self.check()
            for config in self.configs.values():
                config["learning_rate"] *= self.lr_decay
            self.check()
        self.model.params = self.best
