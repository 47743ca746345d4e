import numpy as np


def sgd(w, dw, config=None):
    config = config if config is not None else {}
    return w - config.setdefault("learning_rate", 1e-2) * dw, config


def sgd_momentum(w, dw, config=None):
    config = config if config is not None else {}
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", np.zeros_like(w)) - lr * dw
    return w + config["velocity"], config


class Solver(object):
    def __init__(self, model, data, **kwargs):
        self.model = model
        self.X, self.y, self.Xv, self.yv = (data[k] for k in ("X_train", "y_train", "X_val", "y_val"))
        rule = kwargs.pop("update_rule", "sgd")
        self.update_rule = {"sgd": sgd, "sgd_momentum": sgd_momentum}[rule] if isinstance(rule, str) else rule
        first = kwargs.pop("optim_config", {})
        self.lr_decay, self.batch_size = kwargs.pop("lr_decay", 1.0), kwargs.pop("batch_size", 100)
        self.num_epochs = kwargs.pop("num_epochs", 10)
        self.num_train_samples, self.num_val_samples = kwargs.pop("num_train_samples", 1000), kwargs.pop("num_val_samples", None)
        self.epoch, self.best_val_acc, self.best_params = 0, 0, {}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.optim_configs = {name: dict(first) for name in model.params}

    def _step(self):
        rows = np.random.choice(self.X.shape[0], self.batch_size)
        loss, grads = self.model.loss(self.X[rows], self.y[rows])
        self.loss_history.append(loss)
        for name in self.model.params:
            new, self.optim_configs[name] = self.update_rule(self.model.params[name], grads[name], self.optim_configs[name])
            self.model.params[name] = new

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        if num_samples and X.shape[0] > num_samples:
            rows = np.random.choice(X.shape[0], num_samples)
            X, y = X[rows], y[rows]
        guesses = []
        for a in range(0, X.shape[0], batch_size):
            scores = self.model.loss(X[a:a + batch_size])
            guesses.append(scores.argmax(axis=1))
        return np.mean(np.concatenate(guesses) == y)

    def train(self):
        per_epoch = max(self.X.shape[0] // self.batch_size, 1)
        total = self.num_epochs * per_epoch
        for t in range(total):
            self._step()
            end = (t + 1) % per_epoch == 0
            self.epoch += end
            for c in self.optim_configs.values():
                c["learning_rate"] *= self.lr_decay
            if end or t == 0 or t == total - 1:
                self.train_acc_history.append(self.check_accuracy(self.X, self.y, self.num_train_samples))
                acc = self.check_accuracy(self.Xv, self.yv, self.num_val_samples)
                self.val_acc_history.append(acc)
                if acc > self.best_val_acc:
                    self.best_val_acc = acc
                    self.best_params = {name: np.array(w) for name, w in self.model.params.items()}
        self.model.params = self.best_params
