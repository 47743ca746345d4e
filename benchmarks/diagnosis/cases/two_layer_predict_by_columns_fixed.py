import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {}
        self.params["W1"] = std * np.random.randn(input_size, hidden_size)
        self.params["W2"] = std * np.random.randn(hidden_size, num_classes)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["b2"] = np.zeros(num_classes)

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        n = X.shape[0]
        z = X @ W1 + b1
        a = np.where(z > 0, z, 0)
        s = a @ W2 + b2
        if y is None:
            return s
        s = s - s.max(axis=1, keepdims=True)
        p = np.exp(s)
        p = p / p.sum(axis=1, keepdims=True)
        data = -(s[np.arange(n), y] - np.log(np.exp(s).sum(axis=1))).sum() / n
        loss = data + 0.5 * reg * ((W1 * W1).sum() + (W2 * W2).sum())
        d = p.copy()
        d[np.arange(n), y] -= 1
        d = d / n
        g = {"W2": a.T @ d, "b2": d.sum(axis=0)}
        da = d @ W2.T
        dz = da * (z > 0)
        g["W1"], g["b1"] = X.T @ dz, dz.sum(axis=0)
        g["W2"] = g["W2"] + reg * W2
        g["W1"] = g["W1"] + reg * W1
        return loss, g

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        n = len(X)
        epoch = max(n // batch_size, 1)
        history = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        for it in range(num_iters):
            rows = np.random.choice(n, batch_size)
            bx, by = X[rows], y[rows]
            loss, grads = self.loss(bx, by, reg)
            history["loss_history"].append(loss)
            for k in self.params:
                self.params[k] = self.params[k] - learning_rate * grads[k]
            if it % epoch == 0:
                history["train_acc_history"].append((self.predict(bx) == by).mean())
                history["val_acc_history"].append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return history

    def predict(self, X):
        return self.loss(X).argmax(axis=1)
