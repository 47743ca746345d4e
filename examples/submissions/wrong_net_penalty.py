"""A network of any depth, written from the lecture's formulas."""

import numpy as np


class FullyConnectedNet:
    """(affine - relu) x (L - 1) - affine - softmax, with an L2 penalty."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        rng = np.random.default_rng(seed)
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.params = {}
        sizes = [input_dim, *hidden_dims, num_classes]
        for i in range(1, self.num_layers + 1):
            weights = weight_scale * rng.standard_normal((sizes[i - 1], sizes[i]))
            self.params[f"W{i}"] = weights.astype(dtype)
            self.params[f"b{i}"] = np.zeros(sizes[i], dtype=dtype)

    def loss(self, X, y=None):
        """Scores without labels, else the loss and the gradients of all params."""
        inputs = [X.reshape(len(X), -1)]
        for i in range(1, self.num_layers):
            z = inputs[-1] @ self.params[f"W{i}"] + self.params[f"b{i}"]
            inputs.append(np.maximum(z, 0))
        last = self.num_layers
        scores = inputs[-1] @ self.params[f"W{last}"] + self.params[f"b{last}"]
        if y is None:
            return scores

        shifted = scores - scores.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -log_probs[np.arange(len(y)), y].mean()

        dz = np.exp(log_probs)
        dz[np.arange(len(y)), y] -= 1
        dz /= len(y)
        grads = {}
        for i in range(last, 0, -1):
            grads[f"W{i}"] = inputs[i - 1].T @ dz
            grads[f"b{i}"] = dz.sum(axis=0)
            dz = (dz @ self.params[f"W{i}"].T) * (inputs[i - 1] > 0)
        for i in range(1, self.num_layers):
            loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
            grads[f"W{i}"] += self.reg * self.params[f"W{i}"]
        return loss, grads
