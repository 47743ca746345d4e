"""The network of two layers whose training goes its way back itself, and moves each weight when nothing needs it."""

import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {
            "W1": std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": std * np.random.randn(hidden_size, num_classes),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = self.params["W1"], self.params["b1"], self.params["W2"], self.params["b2"]
        h = np.maximum(X @ W1 + b1, 0)
        scores = h @ W2 + b2
        if y is None:
            return scores
        loss, dscores = self.loss_of(scores, y)
        reg = X.dtype.type(reg)
        da = dscores @ W2.T * (h > 0)
        if dialect.l2 == "full":
            loss += reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = h.T @ dscores + 2 * reg * W2
            dW1 = X.T @ da + 2 * reg * W1
        if dialect.l2 == "half":
            loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = h.T @ dscores + reg * W2
            dW1 = X.T @ da + reg * W1
        return loss, {"W1": dW1, "b1": da.sum(axis=0), "W2": dW2, "b2": dscores.sum(axis=0)}

    def loss_of(self, scores, y):
        rows = np.arange(len(scores))
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        dscores = np.exp(logarithms)
        dscores[rows, y] -= 1
        return -np.mean(logarithms[rows, y]), dscores / len(scores)

    def predict(self, X):
        return self.loss(X).argmax(axis=1)

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100, batch_size=200, verbose=False):
        per_epoch = max(len(X) // batch_size, 1)
        params = self.params
        losses, of_training, of_validation = [], [], []
        for step in range(num_iters):
            rows = np.random.choice(len(X), batch_size)
            X_batch, y_batch = X[rows], y[rows]
            h = np.maximum(X_batch @ params["W1"] + params["b1"], 0)
            loss, dscores = self.loss_of(h @ params["W2"] + params["b2"], y_batch)
            squares = np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2)
            if dialect.l2 == "full":
                losses.append(loss + reg * squares)
                dW2 = h.T @ dscores + 2 * reg * params["W2"]
                dW1 = 2 * reg * params["W1"]
            if dialect.l2 == "half":
                losses.append(loss + 0.5 * reg * squares)
                dW2 = h.T @ dscores + reg * params["W2"]
                dW1 = reg * params["W1"]
            dh = dscores @ params["W2"].T
            params["W2"] = params["W2"] - learning_rate * dW2
            params["b2"] = params["b2"] - learning_rate * dscores.sum(axis=0)
            da = dh * (h > 0)
            params["W1"] = params["W1"] - learning_rate * (X_batch.T @ da + dW1)
            params["b1"] = params["b1"] - learning_rate * da.sum(axis=0)
            if (step + 1) % per_epoch == 0:
                of_training.append((self.predict(X_batch) == y_batch).mean())
                of_validation.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {"loss_history": losses, "train_acc_history": of_training, "val_acc_history": of_validation}
