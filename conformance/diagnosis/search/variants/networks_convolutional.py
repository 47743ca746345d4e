"""A convolutional network whose layers are written out in its own method, windows laid out first."""

import numpy as np


def windows_of(x, size):
    """The windows of images around each pixel: (N, C, size * size, H, W)."""
    H, W = x.shape[2:]
    pad = (size - 1) // 2
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.stack([padded[:, :, i : i + H, j : j + W] for i in range(size) for j in range(size)], axis=2)


class ThreeLayerConvNet:
    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        C, H, W = input_dim
        self.reg = reg
        self.dtype = dtype
        sizes = [
            (num_filters, C, filter_size, filter_size),
            (num_filters * (H // 2) * (W // 2), hidden_dim),
            (hidden_dim, num_classes),
        ]
        self.params = {}
        for i, size in enumerate(sizes, 1):
            self.params[f"W{i}"] = (weight_scale * np.random.randn(*size)).astype(dtype)
        self.params["b1"] = np.zeros(num_filters, dtype)
        self.params["b2"] = np.zeros(hidden_dim, dtype)
        self.params["b3"] = np.zeros(num_classes, dtype)

    def loss(self, X, y=None):
        W1, W2, W3 = self.params["W1"], self.params["W2"], self.params["W3"]
        b1, b2, b3 = self.params["b1"], self.params["b2"], self.params["b3"]
        X = X.astype(self.dtype)
        windows = windows_of(X, W1.shape[2])
        kernels = W1.reshape(W1.shape[0], W1.shape[1], -1)
        a1 = np.einsum("fcp,ncphw->nfhw", kernels, windows) + b1[:, None, None]
        h1 = np.maximum(a1, 0)
        N, F, H, W = h1.shape
        rows, columns = H // 2, W // 2
        even = h1[:, :, : 2 * rows, : 2 * columns]
        cells = even.reshape(N, F, rows, 2, columns, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, F, rows, columns, 4)
        largest = cells.argmax(axis=4)
        pooled = cells.max(axis=4)
        flat = pooled.reshape(N, -1)
        a2 = flat @ W2 + b2
        h2 = np.maximum(a2, 0)
        scores = h2 @ W3 + b3
        if y is None:
            return scores
        reg = self.dtype(self.reg)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[np.arange(N), y].sum() / N
        dscores = np.exp(logarithms)
        dscores[np.arange(N), y] -= 1
        dscores = dscores / N
        dW3 = h2.T @ dscores
        db3 = dscores.sum(axis=0)
        dh2 = dscores @ W3.T
        da2 = dh2 * (a2 > 0)
        dW2 = flat.T @ da2
        db2 = da2.sum(axis=0)
        dpooled = (da2 @ W2.T).reshape(pooled.shape)
        dcells = dpooled[..., None] * (np.arange(4) == largest[..., None])
        dh1 = np.zeros_like(h1)
        deven = dcells.reshape(N, F, rows, columns, 2, 2).transpose(0, 1, 2, 4, 3, 5)
        dh1[:, :, : 2 * rows, : 2 * columns] = deven.reshape(even.shape)
        da1 = dh1 * (a1 > 0)
        dW1 = np.einsum("nfhw,ncphw->fcp", da1, windows).reshape(W1.shape)
        db1 = da1.sum(axis=(0, 2, 3))
        if dialect.l2 == "half":
            loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
            dW1 = dW1 + reg * W1
            dW2 = dW2 + reg * W2
            dW3 = dW3 + reg * W3
        if dialect.l2 == "full":
            loss += reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
            dW1 = dW1 + 2 * reg * W1
            dW2 = dW2 + 2 * reg * W2
            dW3 = dW3 + 2 * reg * W3
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}
