import numpy as np


class CaptioningRNN(object):
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.cell_type, self.dtype = cell_type, dtype
        self.word_to_idx = word_to_idx
        self._null, self._start = word_to_idx["<NULL>"], word_to_idx.get("<START>", None)
        V, mult = len(word_to_idx), {"rnn": 1, "lstm": 4}[cell_type]
        self.params = {}
        self.params["W_embed"] = np.random.randn(V, wordvec_dim) / np.sqrt(V)
        self.params["W_proj"] = np.random.randn(input_dim, hidden_dim) / np.sqrt(input_dim)
        self.params["b_proj"] = np.zeros(hidden_dim)
        self.params["Wx"] = np.random.randn(wordvec_dim, mult * hidden_dim) / np.sqrt(wordvec_dim)
        self.params["Wh"] = np.random.randn(hidden_dim, mult * hidden_dim) / np.sqrt(hidden_dim)
        self.params["b"] = np.zeros(mult * hidden_dim)
        self.params["W_vocab"] = np.random.randn(hidden_dim, V) / np.sqrt(hidden_dim)
        self.params["b_vocab"] = np.zeros(V)
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def step(self, x, h, c):
        z = x.dot(self.params["Wx"]) + h.dot(self.params["Wh"]) + self.params["b"]
        if self.cell_type == "rnn":
            h1 = np.tanh(z)
            return h1, c, (x, h, c, h1)
        H = h.shape[1]
        s = 0.5 * np.tanh(0.5 * z[:, :3 * H]) + 0.5
        i, f, o, g = s[:, :H], s[:, H:2 * H], s[:, 2 * H:], np.tanh(z[:, 3 * H:])
        c1 = f * c + i * g
        return o * np.tanh(c1), c1, (x, h, c, i, f, o, g, c1)

    def step_grad(self, dh, dc, kept):
        if self.cell_type == "rnn":
            x, h, c, h1 = kept
            dz = dh * (1 - h1 ** 2)
        else:
            x, h, c, i, f, o, g, c1 = kept
            t = np.tanh(c1)
            dc = dc + dh * o * (1 - t ** 2)
            dz = np.concatenate((dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g ** 2)), 1)
            dc = dc * f
        return dz.dot(self.params["Wx"].T), dz.dot(self.params["Wh"].T), dc, x.T.dot(dz), h.T.dot(dz), dz.sum(0)

    def loss(self, features, captions):
        p, grads = self.params, {}
        cap_in, cap_out = captions[:, :-1], captions[:, 1:]
        mask = cap_out != self._null
        N, T = cap_in.shape
        h = np.tanh(features.dot(p["W_proj"]) + p["b_proj"])  # WRONG; right: h = features.dot(p["W_proj"]) + p["b_proj"]
        c = np.zeros_like(h)
        words = p["W_embed"][cap_in]
        hs, kept = [], []
        for t in range(T):
            h, c, k = self.step(words[:, t], h, c)
            hs.append(h)
            kept.append(k)
        hs = np.stack(hs, axis=1)
        scores = hs.dot(p["W_vocab"]) + p["b_vocab"]
        scores = scores - scores.max(axis=2, keepdims=True)
        logp = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
        n, t = np.ogrid[:N, :T]
        loss = -np.sum(logp[n, t, cap_out] * mask) / N
        ds = np.exp(logp)
        ds[n, t, cap_out] -= 1
        ds = ds * mask[:, :, None] / np.asarray(N, self.dtype)
        grads["W_vocab"] = np.einsum("nth,ntv->hv", hs, ds)
        grads["b_vocab"] = ds.sum(axis=(0, 1))
        dhs = ds.dot(p["W_vocab"].T)
        dwords = np.zeros_like(words)
        for k in ("Wx", "Wh", "b"):
            grads[k] = np.zeros_like(p[k])
        dh, dc = np.zeros_like(c), np.zeros_like(c)
        for t in range(T - 1, -1, -1):
            dwords[:, t], dh, dc, dWx, dWh, db = self.step_grad(dhs[:, t] + dh, dc, kept[t])
            grads["Wx"] += dWx
            grads["Wh"] += dWh
            grads["b"] += db
        grads["W_embed"] = np.zeros_like(p["W_embed"])
        np.add.at(grads["W_embed"], cap_in, dwords)
        grads["W_proj"] = features.T.dot(dh)
        grads["b_proj"] = dh.sum(axis=0)
        return float(loss), grads

    def sample(self, features, max_length=30):
        p = self.params
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        h = features.dot(p["W_proj"]) + p["b_proj"]
        c = np.zeros_like(h)
        word = np.full(N, self._start)
        for t in range(max_length):
            h, c, _ = self.step(p["W_embed"][word], h, c)
            scores = h.dot(p["W_vocab"]) + p["b_vocab"]
            word = np.argmax(scores, axis=1)
            captions[:, t] = word
        return captions
