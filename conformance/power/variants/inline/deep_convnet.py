"""Any number of convolutions and affine layers: a sum over shifted images, and the place of each maximum by argmax."""

from itertools import pairwise

import numpy as np
from nets import softmax_terms


def shifted(image, kernel, step):
    """For each entry of a kernel the pixels that it meets."""
    counts = [(side - k) // s + 1 for side, k, s in zip(image.shape[2:], kernel, step, strict=True)]
    for r, c in np.ndindex(*kernel):
        rows = slice(r, r + step[0] * (counts[0] - 1) + 1, step[0])
        columns = slice(c, c + step[1] * (counts[1] - 1) + 1, step[1])
        yield r, c, (slice(None), slice(None), rows, columns)


class ConvNet:
    """Strides and windows are 1 along a side of one pixel."""

    def __init__(
        self, filters, hidden_dims, input_dim, num_classes, filter_size, stride=1, pool=2, reg=0.0, dtype=np.float32
    ):
        self.image, self.depth, self.reg, self.dtype = tuple(input_dim), len(filters), reg, dtype
        self.kernel, self.stride, self.pool = (
            [1 if side == 1 else size for side in input_dim[1:]] for size in (filter_size, stride, pool)
        )
        self.pad = [(k - 1) // 2 for k in self.kernel]
        rng = np.random.default_rng(sum(filters))
        shapes = [(f, c, *self.kernel) for f, c in zip(filters, (input_dim[0], *filters), strict=False)]
        flat = self._convolutions(np.zeros((1, *input_dim)), [np.zeros(s) for s in shapes], np.zeros(len(shapes)))[0]
        units = [flat[0].size, *hidden_dims, num_classes]
        shapes += pairwise(units)
        self.params = {}
        for i, shape in enumerate(shapes, start=1):
            inputs = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
            self.params[f"W{i}"] = rng.normal(0, np.sqrt(2 / inputs), shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(shape[0] if len(shape) == 4 else shape[1], dtype)

    def _convolutions(self, a, weights, biases):
        kept = []
        for w, b in zip(weights, biases, strict=True):
            (top, left) = self.pad
            padded = np.pad(a, ((0, 0), (0, 0), (top, top), (left, left)))
            at = list(shifted(padded, self.kernel, self.stride))
            z = sum(np.einsum("fc,nchw->nfhw", w[:, :, r, c], padded[place]) for r, c, place in at)
            z = z + np.reshape(b, (-1, 1, 1))
            active = np.where(z > 0, z, z.dtype.type(0))
            entries = np.stack([active[place] for _, _, place in shifted(active, self.pool, self.pool)])
            kept.append((padded, at, z, entries.argmax(axis=0)))
            a = entries.max(axis=0)
        return a, kept

    def loss(self, X, y=None):
        p, last = self.params, len(self.params) // 2
        images = np.reshape(X, (-1, *self.image)).astype(self.dtype)
        layers = range(1, self.depth + 1)
        pooled, kept = self._convolutions(images, [p[f"W{i}"] for i in layers], [p[f"b{i}"] for i in layers])
        inputs, a = {}, pooled.reshape(len(pooled), -1)
        for i in range(self.depth + 1, last + 1):
            inputs[i] = a
            z = np.einsum("nd,dh->nh", a, p[f"W{i}"]) + p[f"b{i}"]
            a = z if i == last else np.where(z > 0, z, z.dtype.type(0))
        if y is None:
            return a
        loss, d = softmax_terms(a, y)
        grads = {}
        for i in range(last, self.depth, -1):
            grads |= {f"W{i}": np.einsum("nd,nh->dh", inputs[i], d), f"b{i}": d.sum(axis=0)}
            d = np.einsum("nh,dh->nd", d, p[f"W{i}"])
            d = d if i == self.depth + 1 else np.where(inputs[i] > 0, d, d.dtype.type(0))
        d = d.reshape(pooled.shape)
        for i in range(self.depth, 0, -1):
            padded, at, z, first = kept[i - 1]
            dz = np.zeros_like(z)
            for j, (_, _, place) in enumerate(shifted(z, self.pool, self.pool)):
                dz[place] += np.where(first == j, d, d.dtype.type(0))
            dz = np.where(z > 0, dz, z.dtype.type(0))
            dw, dpadded = np.zeros_like(p[f"W{i}"]), np.zeros_like(padded)
            for r, c, place in at:
                dw[:, :, r, c] = np.einsum("nfhw,nchw->fc", dz, padded[place])
                dpadded[place] += np.einsum("fc,nfhw->nchw", p[f"W{i}"][:, :, r, c], dz)
            grads |= {f"W{i}": dw, f"b{i}": dz.sum(axis=(0, 2, 3))}
            (top, left), (height, width) = self.pad, padded.shape[2:]
            d = dpadded[:, :, top : height - top, left : width - left]
        for i in range(1, last + 1):
            w = p[f"W{i}"]
            loss = loss + w.dtype.type(0.5 * self.reg) * (w**2).sum()
            grads[f"W{i}"] = grads[f"W{i}"] + w.dtype.type(self.reg) * w
        return loss, grads
