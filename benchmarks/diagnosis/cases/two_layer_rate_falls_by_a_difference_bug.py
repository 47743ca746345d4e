import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {"b1": np.zeros(hidden_size), "b2": np.zeros(num_classes)}
        self.params["W1"] = np.random.randn(input_size, hidden_size) * std
        self.params["W2"] = np.random.randn(hidden_size, num_classes) * std

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[n] for n in ("W1", "b1", "W2", "b2"))
        h = np.maximum(0, X @ W1 + b1)
        s = h @ W2 + b2
        if y is None:
            return s
        k = np.arange(len(X))
        s = s - s.max(axis=1)[:, None]
        p = np.exp(s)
        p = p / p.sum(axis=1)[:, None]
        loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[k, y]) + 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        p[k, y] -= 1
        p = p / len(X)
        dh = np.where(h > 0, p @ W2.T, 0)
        return loss, {"W1": X.T @ dh + reg * W1, "b1": dh.sum(0), "W2": h.T @ p + reg * W2, "b2": p.sum(0)}

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        rate, per_epoch = learning_rate, max(1, X.shape[0] // batch_size)
        stats = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        for it in range(num_iters):
            pick = np.random.randint(0, X.shape[0], batch_size)
            loss, grads = self.loss(X[pick], y[pick], reg=reg)
            stats["loss_history"].append(loss)
            for name, g in grads.items():
                self.params[name] = self.params[name] - rate * g
            if it % per_epoch == 0:
                stats["train_acc_history"].append(np.mean(self.predict(X[pick]) == y[pick]))
                stats["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
                rate = rate - rate * learning_rate_decay  # WRONG; right: rate = rate * learning_rate_decay
        return stats
