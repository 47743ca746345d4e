"""The Solver of the second assignment."""

import numpy as np


def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    w = w - config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    momentum = config.get("momentum", 0.9)
    velocity = config.get("velocity", np.zeros_like(w))
    velocity = momentum * velocity - config["learning_rate"] * dw
    w = w + velocity
    config["velocity"] = velocity
    return w, config


RULES = {"sgd": sgd, "sgd_momentum": sgd_momentum}


class Solver:
    def __init__(self, model, data, update_rule="sgd", optim_config=None, lr_decay=1.0, batch_size=100, num_epochs=10,
                 num_train_samples=1000, num_val_samples=None, **others):
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]
        self.update_rule = RULES[update_rule]
        self.given = optim_config or {}
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.num_train_samples = num_train_samples
        self.num_val_samples = num_val_samples
        self.reset()

    def reset(self):
        self.epoch = 0
        self.best_val_acc = 0
        self.best_params = {}
        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.optim_configs = {}
        for name in self.model.params:
            self.optim_configs[name] = self.given.copy()

    def step(self):
        rows = np.random.choice(len(self.X_train), self.batch_size)
        X_batch, y_batch = self.X_train[rows], self.y_train[rows]
        loss, grads = self.model.loss(X_batch, y_batch)
        self.loss_history.append(loss)
        for name, w in self.model.params.items():
            next_w, next_config = self.update_rule(w, grads[name], self.optim_configs[name])
            self.model.params[name] = next_w
            self.optim_configs[name] = next_config

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        if num_samples is not None and len(X) > num_samples:
            rows = np.random.choice(len(X), num_samples)
            X, y = X[rows], y[rows]
        predicted = []
        for start in range(0, len(X), batch_size):
            scores = self.model.loss(X[start : start + batch_size])
            predicted.append(np.argmax(scores, axis=1))
        return np.mean(np.concatenate(predicted) == y)

    def train(self):
        per_epoch = max(len(self.X_train) // self.batch_size, 1)
        steps = self.num_epochs * per_epoch
        for t in range(steps):
            self.step()
            is_end = (t + 1) % per_epoch == 0
            if is_end:
                self.epoch += 1
                for name in self.optim_configs:
                    self.optim_configs[name]["learning_rate"] *= self.lr_decay
            if t == 0 or t == steps - 1 or is_end:
                train_acc = self.check_accuracy(self.X_train, self.y_train, self.num_train_samples)
                val_acc = self.check_accuracy(self.X_val, self.y_val, self.num_val_samples)
                self.train_acc_history.append(train_acc)
                self.val_acc_history.append(val_acc)
                if val_acc > self.best_val_acc:
                    self.best_val_acc = val_acc
                    self.best_params = {name: w.copy() for name, w in self.model.params.items()}
        self.model.params = self.best_params
