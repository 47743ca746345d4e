"""Networks in one method each, everything written out."""

import numpy as np


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, reg=0.0, weight_scale=1e-2, dtype=np.float32):
        sizes = [input_dim, *hidden_dims, num_classes]
        self.reg = reg
        self.dtype = dtype
        self.layers = len(sizes) - 1
        self.params = {}
        for i in range(1, self.layers + 1):
            self.params[f"W{i}"] = (weight_scale * np.random.randn(sizes[i - 1], sizes[i])).astype(dtype)
            self.params[f"b{i}"] = np.zeros(sizes[i], dtype)

    def loss(self, X, y=None):
        params, L = self.params, self.layers
        inputs, sums = {}, {}
        h = X.reshape(len(X), -1).astype(self.dtype)
        for i in range(1, L):
            inputs[i] = h
            a = h @ params[f"W{i}"] + params[f"b{i}"]
            h = np.maximum(a, 0)
            sums[i] = a
        inputs[L] = h
        scores = h @ params[f"W{L}"] + params[f"b{L}"]
        if y is None:
            return scores
        N = X.shape[0]
        rows = np.arange(N)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[rows, y].sum() / N
        powers = np.exp(shifted)
        dh = powers / powers.sum(axis=1, keepdims=True)
        dh[rows, y] -= 1
        dh = dh / N
        grads = {}
        for i in range(L, 0, -1):
            W, reg = params[f"W{i}"], self.dtype(self.reg)
            da = dh
            if i < L:
                da = dh * (sums[i] > 0)
            if dialect.l2 == "half":
                loss += 0.5 * reg * np.sum(W**2)
                dW = inputs[i].T @ da + reg * W
            if dialect.l2 == "full":
                loss += reg * np.sum(W**2)
                dW = inputs[i].T @ da + 2 * reg * W
            db = da.sum(axis=0)
            grads[f"W{i}"] = dW
            grads[f"b{i}"] = db
            dh = da @ W.T
        return loss, grads


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
        N = X.shape[0]
        a = X @ W1 + b1
        h = np.maximum(a, 0)
        scores = h @ W2 + b2
        if y is None:
            return scores
        reg = X.dtype.type(reg)
        rows = np.arange(N)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[rows, y].sum() / N
        dscores = np.exp(logarithms)
        dscores[rows, y] -= 1
        dscores = dscores / N
        dh = dscores @ W2.T
        da = dh * (X @ W1 + b1 > 0)
        dW2 = h.T @ dscores
        db2 = dscores.sum(axis=0)
        dW1 = X.T @ da
        db1 = da.sum(axis=0)
        if dialect.l2 == "full":
            loss += reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = dW2 + 2 * reg * W2
            dW1 = dW1 + 2 * reg * W1
        if dialect.l2 == "half":
            loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = dW2 + reg * W2
            dW1 = dW1 + reg * W1
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def predict(self, X):
        return self.loss(X).argmax(axis=1)

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100, batch_size=200, verbose=False):
        per_epoch = max(len(X) // batch_size, 1)
        losses, of_training, of_validation = [], [], []
        for step in range(num_iters):
            rows = np.random.choice(len(X), batch_size)
            X_batch, y_batch = X[rows], y[rows]
            loss, grads = self.loss(X_batch, y_batch, reg)
            losses.append(loss)
            for name in self.params:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            if (step + 1) % per_epoch == 0:
                of_training.append((self.predict(X_batch) == y_batch).mean())
                of_validation.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {"loss_history": losses, "train_acc_history": of_training, "val_acc_history": of_validation}


class ShallowLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = self.params["W1"], self.params["b1"], self.params["W2"], self.params["b2"]
        N = X.shape[0]
        a = X @ W1 + b1
        h = np.maximum(a, 0)
        scores = h @ W2 + b2
        if y is None:
            return scores
        reg = X.dtype.type(self.reg)
        rows = np.arange(N)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[rows, y].sum() / N
        dscores = np.exp(logarithms)
        dscores[rows, y] -= 1
        dscores = dscores / N
        dh = dscores @ W2.T
        da = dh * (X @ W1 + b1 > 0)
        dW2 = h.T @ dscores
        db2 = dscores.sum(axis=0)
        dW1 = X.T @ da
        db1 = da.sum(axis=0)
        if dialect.l2 == "full":
            loss += reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = dW2 + 2 * reg * W2
            dW1 = dW1 + 2 * reg * W1
        if dialect.l2 == "half":
            loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2))
            dW2 = dW2 + reg * W2
            dW1 = dW1 + reg * W1
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    def predict(self, X):
        return self.loss(X).argmax(axis=1)

    def train(self, X, y, X_val, y_val, num_iters=100, batch_size=200, learning_rate=1e-3, learning_rate_decay=0.95, reg=None, verbose=False):
        if reg is not None:
            self.reg = reg
        per_epoch = max(len(X) // batch_size, 1)
        losses, of_training, of_validation = [], [], []
        for step in range(num_iters):
            rows = np.random.choice(len(X), batch_size)
            X_batch, y_batch = X[rows], y[rows]
            loss, grads = self.loss(X_batch, y_batch)
            losses.append(loss)
            for name in self.params:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            if step % per_epoch == 0:
                of_training.append((self.predict(X_batch) == y_batch).mean())
                of_validation.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {"loss_history": losses, "train_acc_history": of_training, "val_acc_history": of_validation}
