"""A convolutional network in one method: shifted images instead of windows, weights in W0, W1, W2."""

import numpy as np
from nets import softmax_terms


class ThreeLayerConvNet:
    """Convolution, relu, 2x2 maximum as a reshaped axis, two affine layers."""

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
        channels, height, width = input_dim
        flat = num_filters * (height // 2) * (width // 2)
        self.reg, self.dtype = reg, dtype
        shapes = [(num_filters, channels, filter_size, filter_size), (flat, hidden_dim), (hidden_dim, num_classes)]
        self.params = {}
        for i, (shape, units) in enumerate(zip(shapes, (num_filters, hidden_dim, num_classes), strict=True)):
            self.params[f"W{i}"] = np.random.default_rng(i).normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros((1, units), dtype)

    def loss(self, X, y=None):
        p = self.params
        k = p["W0"].shape[2]
        n, _, height, width = X.shape
        padded = np.pad(X.astype(self.dtype), ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
        shifts = [
            (r, s, (slice(None), slice(None), slice(r, r + height), slice(s, s + width))) for r, s in np.ndindex(k, k)
        ]
        z = sum(np.einsum("fc,nchw->nfhw", p["W0"][:, :, r, s], padded[at]) for r, s, at in shifts)
        z = z + p["b0"].reshape(-1, 1, 1)
        a = np.where(z > 0, z, z.dtype.type(0))
        tiles = a.reshape(n, -1, height // 2, 2, width // 2, 2)
        best = tiles.max(axis=(3, 5), keepdims=True)
        pooled = best.reshape(n, -1)
        h = np.einsum("nd,dh->nh", pooled, p["W1"]) + p["b1"]
        active = np.where(h > 0, h, h.dtype.type(0))
        scores = np.einsum("nd,dh->nh", active, p["W2"]) + p["b2"]
        if y is None:
            return scores
        loss, d = softmax_terms(scores, y)
        grads = {"W2": np.einsum("nd,nh->dh", active, d), "b2": d.sum(axis=0, keepdims=True)}
        d = np.where(h > 0, np.einsum("nh,dh->nd", d, p["W2"]), d.dtype.type(0))
        grads |= {"W1": np.einsum("nd,nh->dh", pooled, d), "b1": d.sum(axis=0, keepdims=True)}
        d = np.einsum("nh,dh->nd", d, p["W1"]).reshape(best.shape)
        d = np.where(z > 0, np.where(tiles == best, d, 0).reshape(z.shape), d.dtype.type(0))
        grads["b0"] = d.sum(axis=(0, 2, 3)).reshape(1, -1)
        grads["W0"] = np.zeros_like(p["W0"])
        for r, s, at in shifts:
            grads["W0"][:, :, r, s] = np.einsum("nfhw,nchw->fc", d, padded[at])
        for i in range(3):
            w = p[f"W{i}"]
            loss = loss + w.dtype.type(0.5 * self.reg) * (w**2).sum()
            grads[f"W{i}"] = grads[f"W{i}"] + w.dtype.type(self.reg) * w
        return loss, grads
