import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {"W1": std * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
                       "W2": std * np.random.randn(hidden_size, num_classes), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None, reg=0.0):
        p = self.params
        z = np.dot(X, p["W1"]) + p["b1"]
        h = np.clip(z, 0, None)
        f = np.dot(h, p["W2"]) + p["b2"]
        if y is None:
            return f
        n = len(X)
        f = f - np.max(f, axis=1).reshape(-1, 1)
        total = np.exp(f).sum(axis=1)
        loss = np.mean(np.log(total) - f[np.arange(n), y])
        loss += reg * (np.square(p["W1"]).sum() + np.square(p["W2"]).sum())
        df = np.exp(f) / total[:, None]
        df[np.arange(n), y] -= 1.0
        df /= n
        dz = np.dot(df, p["W2"].T) * (z > 0)
        grads = {"W2": np.dot(h.T, df) + 2 * reg * p["W2"], "b2": np.sum(df, axis=0),
                 "W1": np.dot(X.T, dz) + 2 * reg * p["W1"], "b1": np.sum(dz, axis=0)}
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        num_train = X.shape[0]
        per_epoch = max(num_train // batch_size, 1)
        loss_history, train_acc_history, val_acc_history = [], [], []
        for it in range(num_iters):
            picked = np.random.choice(num_train, batch_size)
            X_batch, y_batch = X[picked], y[picked]
            loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
            loss_history.append(loss)
            for name in ("W2", "b2"):  # WRONG; right: for name in self.params:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
            if it % per_epoch == 0:
                train_acc_history.append((self.predict(X_batch) == y_batch).mean())
                val_acc_history.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {"loss_history": loss_history, "train_acc_history": train_acc_history, "val_acc_history": val_acc_history}

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)
