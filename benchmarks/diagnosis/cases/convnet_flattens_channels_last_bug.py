import numpy as np


def windows(x, size):
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))


class ThreeLayerConvNet:
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        C, H, W = input_dim
        self.reg, self.dtype = reg, dtype
        shapes = {"W1": (num_filters, C, filter_size, filter_size), "W2": (num_filters * (H // 2) * (W // 2), hidden_dim),
                  "W3": (hidden_dim, num_classes)}
        self.params = {k: (weight_scale * np.random.randn(*s)).astype(dtype) for k, s in shapes.items()}
        self.params.update(b1=np.zeros(num_filters, dtype), b2=np.zeros(hidden_dim, dtype), b3=np.zeros(num_classes, dtype))

    def loss(self, X, y=None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        X = X.astype(W1.dtype)
        size = W1.shape[2]
        pad = (size - 1) // 2
        xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        view = windows(xp, size)
        conv = np.einsum("nchwkl,fckl->nfhw", view, W1) + b1[:, None, None]
        act = np.maximum(conv, 0)
        N, F, H, W = act.shape
        h2, w2 = H // 2, W // 2
        blocks = act[:, :, :2 * h2, :2 * w2].reshape(N, F, h2, 2, w2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, F, h2, w2, 4)
        best = blocks.argmax(-1)
        pooled = np.take_along_axis(blocks, best[..., None], -1)[..., 0]
        flat = np.moveaxis(pooled, 1, 3).reshape(N, -1)
        hidden = np.maximum(flat @ W2 + b2, 0)
        scores = hidden @ W3 + b3
        if y is None:
            return scores
        e = np.exp(scores - scores.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        loss = -np.log(p[range(N), y]).mean() + 0.5 * self.reg * sum((w ** 2).sum() for w in (W1, W2, W3))
        d = p
        d[range(N), y] -= 1
        d = d / N
        g = {"W3": hidden.T @ d + self.reg * W3, "b3": d.sum(0)}
        d = (d @ W3.T) * (hidden > 0)
        g["W2"], g["b2"] = flat.T @ d + self.reg * W2, d.sum(0)
        d = np.moveaxis((d @ W2.T).reshape(N, h2, w2, F), 3, 1)
        back = np.zeros_like(blocks)
        np.put_along_axis(back, best[..., None], d[..., None], -1)
        dact = np.zeros_like(act)
        dact[:, :, :2 * h2, :2 * w2] = back.reshape(N, F, h2, w2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, F, 2 * h2, 2 * w2)
        dconv = dact * (conv > 0)
        g["W1"] = np.einsum("nchwkl,nfhw->fckl", view, dconv) + self.reg * W1
        g["b1"] = dconv.sum(axis=(0, 2, 3))
        return loss, g
