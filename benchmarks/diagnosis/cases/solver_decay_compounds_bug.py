import numpy as np


def sgd(w, dw, config=None):
    config = config or {}
    config.setdefault("learning_rate", 1e-2)
    w = w - config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    config = config or {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config


class Solver(object):
    def __init__(self, model, data, **kw):
        self.model, self.data = model, data
        rule = kw.get("update_rule", "sgd")
        self.rule = globals()[rule] if isinstance(rule, str) else rule
        self.lr_decay = kw.get("lr_decay", 1.0)
        self.batch_size = kw.get("batch_size", 100)
        self.num_epochs = kw.get("num_epochs", 10)
        self.num_train_samples = kw.get("num_train_samples", 1000)
        self.num_val_samples = kw.get("num_val_samples", None)
        self.epoch, self.best_val_acc, self.best_params = 0, 0, {}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.optim_configs = {p: dict(kw.get("optim_config", {})) for p in model.params}

    def _step(self):
        pick = np.random.choice(len(self.data["X_train"]), self.batch_size)
        loss, grads = self.model.loss(self.data["X_train"][pick], self.data["y_train"][pick])
        self.loss_history.append(loss)
        for p in self.model.params:
            self.model.params[p], self.optim_configs[p] = self.rule(self.model.params[p], grads[p], self.optim_configs[p])

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        if num_samples is not None and len(X) > num_samples:
            pick = np.random.choice(len(X), num_samples)
            X, y = X[pick], y[pick]
        guesses = [self.model.loss(X[a:a + batch_size]).argmax(axis=1) for a in range(0, len(X), batch_size)]
        return np.mean(np.hstack(guesses) == y)

    def train(self):
        per_epoch = max(len(self.data["X_train"]) // self.batch_size, 1)
        steps = self.num_epochs * per_epoch
        for t in range(steps):
            self._step()
            done = (t + 1) % per_epoch == 0
            if done:
                self.epoch += 1
                for p in self.optim_configs:
                    self.optim_configs[p]["learning_rate"] *= self.lr_decay ** self.epoch  # WRONG; right: self.optim_configs[p]["learning_rate"] *= self.lr_decay
            if t == 0 or t == steps - 1 or done:
                acc = self.check_accuracy(self.data["X_train"], self.data["y_train"], self.num_train_samples)
                val = self.check_accuracy(self.data["X_val"], self.data["y_val"], self.num_val_samples)
                self.train_acc_history.append(acc)
                self.val_acc_history.append(val)
                if val > self.best_val_acc:
                    self.best_val_acc = val
                    self.best_params = {p: w.copy() for p, w in self.model.params.items()}
        self.model.params = self.best_params
