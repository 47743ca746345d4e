import numpy as np


def patches(x, k):
    N, C, H, W = x.shape
    p = (k - 1) // 2
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    return np.stack([xp[:, :, i:i + H, j:j + W] for i in range(k) for j in range(k)], axis=2)


def unpatch(cols, k):
    N, C, _, H, W = cols.shape
    p = (k - 1) // 2
    dx = np.zeros((N, C, H + 2 * p, W + 2 * p), cols.dtype)
    for n in range(k * k):
        i, j = divmod(n, k)
        dx[:, :, i:i + H, j:j + W] += cols[:, :, n]
    return dx[:, :, p:p + H, p:p + W]


class ThreeLayerConvNet(object):
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        C, H, W = input_dim
        self.reg, self.dtype, self.params = reg, dtype, {}
        shapes = [(num_filters, C, filter_size, filter_size), (num_filters * (H // 2) * (W // 2), hidden_dim),
                  (hidden_dim, num_classes)]
        for n, shape in enumerate(shapes, 1):
            self.params["W%d" % n] = (weight_scale * np.random.randn(*shape)).astype(dtype)
            self.params["b%d" % n] = np.zeros(shape[0] if n == 1 else shape[1], dtype)

    def loss(self, X, y=None):
        P, k = self.params, self.params["W1"].shape[2]
        F, C = P["W1"].shape[:2]
        N = len(X)
        cols = patches(X.astype(self.dtype), k)
        kernels = P["W1"].reshape(F, C, k * k)
        z1 = np.einsum("ncphw,fcp->nfhw", cols, kernels) + P["b1"][:, None, None]
        a1 = np.where(z1 > 0, z1, 0)
        H, W = a1.shape[2] // 2, a1.shape[3] // 2
        cells = a1[:, :, :2 * H, :2 * W].reshape(N, F, H, 2, W, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, F, H, W, 4)
        best = cells.argmax(axis=4)
        flat = cells.max(axis=4).reshape(N, -1)
        z2 = flat @ P["W2"] + P["b2"]
        a2 = np.where(z2 > 0, z2, 0)
        scores = a2 @ P["W3"] + P["b3"]
        if y is None:
            return scores
        s = scores - scores.max(axis=1, keepdims=True)
        prob = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        loss = -np.log(prob[range(N), y]).mean()
        loss += 0.5 * self.reg * sum((P[w] ** 2).sum() for w in ("W1", "W2", "W3"))
        G, d = {}, prob
        d[range(N), y] -= 1
        d /= N
        G["W3"], G["b3"] = a2.T @ d + self.reg * P["W3"], d.sum(axis=0)
        d = (d @ P["W3"].T) * (z2 > 0)
        G["W2"], G["b2"] = flat.T @ d + 0.5 * self.reg * P["W2"], d.sum(axis=0)  # WRONG; right: G["W2"], G["b2"] = flat.T @ d + self.reg * P["W2"], d.sum(axis=0)
        d = (d @ P["W2"].T).reshape(N, F, H, W)
        dcells = d[..., None] * (np.arange(4) == best[..., None])
        dpool = np.zeros_like(a1)
        dpool[:, :, :2 * H, :2 * W] = dcells.reshape(N, F, H, W, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, F, 2 * H, 2 * W)
        dz1 = dpool * (z1 > 0)
        G["b1"] = dz1.sum(axis=(0, 2, 3))
        dk = np.einsum("nfhw,ncphw->fcp", dz1, cols)
        G["W1"] = dk.reshape(P["W1"].shape) + self.reg * P["W1"]
        return loss, G
