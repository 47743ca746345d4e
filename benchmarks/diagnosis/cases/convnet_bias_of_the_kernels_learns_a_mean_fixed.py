import numpy as np


def pad_of(size):
    return (size - 1) // 2


def conv(x, w, b, pad):
    N, C, H, W = x.shape
    F, _, k, _ = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    Ho, Wo = H + 2 * pad - k + 1, W + 2 * pad - k + 1
    out = np.zeros((N, F, Ho, Wo), x.dtype)
    for i in range(k):
        for j in range(k):
            out += np.einsum("nchw,fc->nfhw", xp[:, :, i:i + Ho, j:j + Wo], w[:, :, i, j])
    return out + b.reshape(1, -1, 1, 1), (xp, w, pad, (H, W))


def conv_back(d, kept):
    xp, w, pad, (H, W) = kept
    Ho, Wo = d.shape[2:]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            view = xp[:, :, i:i + Ho, j:j + Wo]
            dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", d, view)
            dxp[:, :, i:i + Ho, j:j + Wo] += np.einsum("nfhw,fc->nchw", d, w[:, :, i, j])
    return dxp[:, :, pad:pad + H, pad:pad + W], dw, d.sum(axis=(0, 2, 3))


def pool(x):
    H, W = x.shape[2] // 2, x.shape[3] // 2
    four = np.stack([x[:, :, a:2 * H:2, b:2 * W:2] for a in (0, 1) for b in (0, 1)])
    which = four.argmax(axis=0)
    return four.max(axis=0), (which, x.shape, H, W)


def pool_back(d, kept):
    which, shape, H, W = kept
    dx = np.zeros(shape, d.dtype)
    for n, (a, b) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        dx[:, :, a:2 * H:2, b:2 * W:2] = d * (which == n)
    return dx


class ThreeLayerConvNet(object):
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        C, H, W = input_dim
        self.reg, self.dtype = reg, dtype
        made = {"W1": (num_filters, C, filter_size, filter_size), "b1": num_filters,
                "W2": (num_filters * (H // 2) * (W // 2), hidden_dim), "b2": hidden_dim,
                "W3": (hidden_dim, num_classes), "b3": num_classes}
        self.params = {k: np.random.normal(scale=weight_scale, size=s).astype(dtype) if k[0] == "W" else np.zeros(s, dtype)
                       for k, s in made.items()}

    def loss(self, X, y=None):
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        x = X.astype(self.dtype)
        c1, k_conv = conv(x, W1, b1, pad_of(W1.shape[2]))
        r1 = np.maximum(c1, 0)
        p1, k_pool = pool(r1)
        flat = p1.reshape(len(X), -1)
        c2 = flat @ W2 + b2
        r2 = np.maximum(c2, 0)
        scores = r2 @ W3 + b3
        if y is None:
            return scores
        N = len(y)
        s = scores - scores.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        loss += 0.5 * self.reg * (np.sum(W1 ** 2) + np.sum(W2 ** 2) + np.sum(W3 ** 2))
        d = np.exp(logp)
        d[np.arange(N), y] -= 1
        d = d / N
        g = {"W3": r2.T @ d + self.reg * W3, "b3": d.sum(axis=0)}
        d = d @ W3.T
        d = d * (c2 > 0)
        g["W2"], g["b2"] = flat.T @ d + self.reg * W2, d.sum(axis=0)
        d = pool_back((d @ W2.T).reshape(p1.shape), k_pool)
        d = d * (c1 > 0)
        _, g["W1"], g["b1"] = conv_back(d, k_conv)
        g["W1"] = g["W1"] + self.reg * W1
        return loss, g
