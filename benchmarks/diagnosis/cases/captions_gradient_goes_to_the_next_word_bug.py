import numpy as np


class CaptioningRNN(object):
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.cell_type, self.dtype = cell_type, dtype
        self.null, self.start = word_to_idx["<NULL>"], word_to_idx["<START>"]
        V, width = len(word_to_idx), hidden_dim * (4 if cell_type == "lstm" else 1)
        shapes = {"W_embed": (V, wordvec_dim), "W_proj": (input_dim, hidden_dim), "Wx": (wordvec_dim, width),
                  "Wh": (hidden_dim, width), "W_vocab": (hidden_dim, V)}
        self.params = {k: (np.random.randn(*s) / np.sqrt(s[0])).astype(dtype) for k, s in shapes.items()}
        for k, n in (("b_proj", hidden_dim), ("b", width), ("b_vocab", V)):
            self.params[k] = np.zeros(n, dtype)

    def forward_step(self, x, h, c):
        p = self.params
        a = x @ p["Wx"] + h @ p["Wh"] + p["b"]
        if self.cell_type == "rnn":
            new = np.tanh(a)
            return new, c, (x, h, new)
        i, f, o, g = np.split(a, 4, axis=1)
        i, f, o = ((1 + np.tanh(z / 2)) / 2 for z in (i, f, o))
        g = np.tanh(g)
        after = f * c + i * g
        return o * np.tanh(after), after, (x, h, c, i, f, o, g, after)

    def backward_step(self, dh, dc, kept):
        p = self.params
        if self.cell_type == "rnn":
            x, h, new = kept
            da = dh * (1 - new * new)
        else:
            x, h, c, i, f, o, g, after = kept
            th = np.tanh(after)
            dc = dc + dh * o * (1 - th * th)
            da = np.hstack((dc * g * i * (1 - i), dc * c * f * (1 - f), dh * th * o * (1 - o), dc * i * (1 - g * g)))
            dc = dc * f
        return da @ p["Wx"].T, da @ p["Wh"].T, dc, x.T @ da, h.T @ da, da.sum(axis=0)

    def loss(self, features, captions):
        p, g = self.params, {}
        said, wanted = captions[:, :-1], captions[:, 1:]
        counts = (wanted != self.null).astype(self.dtype)
        N, T = said.shape
        h0 = features @ p["W_proj"] + p["b_proj"]
        x = p["W_embed"][said]
        h, c, hs, kept = h0, np.zeros_like(h0), [], []
        for t in range(T):
            h, c, k = self.forward_step(x[:, t], h, c)
            hs.append(h)
            kept.append(k)
        hs = np.stack(hs, axis=1)
        flat = hs.reshape(N * T, -1)
        s = flat @ p["W_vocab"] + p["b_vocab"]
        s = s - s.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        rows, target, m = np.arange(N * T), wanted.reshape(-1), counts.reshape(-1)
        loss = -(m * logp[rows, target]).sum() / N
        ds = np.exp(logp)
        ds[rows, target] -= 1
        ds = ds * m[:, None] / self.dtype(N)
        g["W_vocab"], g["b_vocab"] = flat.T @ ds, ds.sum(axis=0)
        dhs = (ds @ p["W_vocab"].T).reshape(hs.shape)
        for k in ("Wx", "Wh", "b", "W_embed"):
            g[k] = np.zeros_like(p[k])
        dh = dc = np.zeros_like(h0)
        for t in range(T - 1, -1, -1):
            dx, dh, dc, gx, gh, gb = self.backward_step(dhs[:, t] + dh, dc, kept[t])
            g["Wx"] += gx
            g["Wh"] += gh
            g["b"] += gb
            np.add.at(g["W_embed"], wanted[:, t], dx)  # WRONG; right: np.add.at(g["W_embed"], said[:, t], dx)
        g["W_proj"] = features.T @ dh
        g["b_proj"] = dh.sum(axis=0)
        return loss, g

    def sample(self, features, max_length=30):
        p = self.params
        h = features @ p["W_proj"] + p["b_proj"]
        c = np.zeros_like(h)
        out = np.full((len(features), max_length), self.null)
        last = np.full(len(features), self.start)
        for t in range(max_length):
            h, c, _ = self.forward_step(p["W_embed"][last], h, c)
            last = (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=1)
            out[:, t] = last
        return out
