import numpy as np

from layers import *


class ShallowLayerNet:
    """affine - relu - affine - softmax, with L2 on both weights."""

    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        """Scores without y; loss and gradients with it."""
        W1, b1, W2, b2 = self.params["W1"], self.params["b1"], self.params["W2"], self.params["b2"]
        hidden, hidden_cache = affine_relu_forward(X, W1, b1)
        scores, scores_cache = affine_forward(hidden, W2, b2)
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
        dhidden, dW2, db2 = affine_backward(dscores, scores_cache)
        _, dW1, db1 = affine_relu_backward(dhidden, hidden_cache)
        return loss, {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}

    def train(self, X, y, X_val, y_val, num_iters=100, batch_size=200, learning_rate=1e-3, learning_rate_decay=0.95,
              reg=0.0, verbose=False):
        """SGD; accuracies are taken, and the learning rate decays, once an epoch."""
        self.reg = reg
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train // batch_size, 1)
        loss_history, train_acc_history, val_acc_history = [], [], []
        best_val_acc = 0.0

        for it in range(num_iters):
            idx = np.random.choice(num_train, batch_size)
            loss, grads = self.loss(X[idx], y[idx])
            loss_history.append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]

            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
            if (it + 1) % iterations_per_epoch == 0:
                train_acc_history.append(np.mean(self.predict(X[idx]) == y[idx]))
                val_acc_history.append(np.mean(self.predict(X_val) == y_val))
                best_val_acc = max(best_val_acc, val_acc_history[-1])
                learning_rate *= learning_rate_decay
        return loss_history, train_acc_history, val_acc_history, best_val_acc

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


class FullyConnectedNet:
    """{affine - relu} x (L - 1) - affine - softmax."""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, reg=0.0, weight_scale=1e-2,
                 dtype=np.float32):
        self.reg, self.dtype = reg, dtype
        self.L = len(hidden_dims) + 1
        self.params = {}
        sizes = [input_dim, *hidden_dims, num_classes]
        for i, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), 1):
            self.params[f"W{i}"] = (weight_scale * np.random.randn(fan_in, fan_out)).astype(dtype)
            self.params[f"b{i}"] = np.zeros(fan_out, dtype=dtype)

    def loss(self, X, y=None):
        out, caches = X.astype(self.dtype), {}
        for i in range(1, self.L):
            out, caches[i] = affine_relu_forward(out, self.params[f"W{i}"], self.params[f"b{i}"])
        scores, caches[self.L] = affine_forward(out, self.params[f"W{self.L}"], self.params[f"b{self.L}"])
        if y is None:
            return scores

        loss, dout = softmax_loss(scores, y)
        grads = {}
        for i in range(self.L, 0, -1):
            backward = affine_backward if i == self.L else affine_relu_backward
            dout, dW, grads[f"b{i}"] = backward(dout, caches[i])
            grads[f"W{i}"] = dW + self.reg * self.params[f"W{i}"]
            loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
        return loss, grads
