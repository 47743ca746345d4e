import numpy as np


def squash(a):
    return 0.5 * np.tanh(0.5 * a) + 0.5


class CaptioningRNN(object):
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.cell_type, self.H = cell_type, hidden_dim
        self.null, self.start = word_to_idx["<NULL>"], word_to_idx["<START>"]
        V, G = len(word_to_idx), (4 if cell_type == "lstm" else 1) * hidden_dim
        new = lambda a, b: (np.random.randn(a, b) / np.sqrt(a)).astype(dtype)
        self.params = {"W_embed": (np.random.randn(V, wordvec_dim) / 100).astype(dtype),
                       "W_proj": new(input_dim, hidden_dim), "b_proj": np.zeros(hidden_dim, dtype),
                       "Wx": new(wordvec_dim, G), "Wh": new(hidden_dim, G), "b": np.zeros(G, dtype),
                       "W_vocab": new(hidden_dim, V), "b_vocab": np.zeros(V, dtype)}

    def step(self, x, h, c):
        p, H = self.params, self.H
        a = x @ p["Wx"] + h @ p["Wh"] + p["b"]
        if self.cell_type != "lstm":
            new = np.tanh(a)
            return new, c, (x, h, new)
        i, f, o = squash(a[:, :H]), squash(a[:, H:2 * H]), squash(a[:, 2 * H:3 * H])
        g = np.tanh(a[:, 3 * H:])
        n = f * c + i * g
        return o * np.tanh(n), n, (x, h, c, i, f, o, g, np.tanh(n))

    def unstep(self, dh, dc, kept):
        if self.cell_type != "lstm":
            x, h, new = kept
            return dh * (1 - new * new), dc, x, h
        x, h, c, i, f, o, g, tn = kept
        dc = dc + dh * o * (1 - tn * tn)
        return np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tn * o * (1 - o), dc * i * (1 - g * g)]), dc * f, x, h

    def loss(self, features, captions):
        p = self.params
        read, said = captions[:, :-1], captions[:, 1:]
        counts = (said != self.null).astype(p["Wx"].dtype)
        h = features @ p["W_proj"]  # WRONG; right: h = features @ p["W_proj"] + p["b_proj"]
        N, T = read.shape
        c = np.zeros_like(h)
        tape, hs = [], np.zeros((N, T, self.H), h.dtype)
        for t in range(T):
            h, c, kept = self.step(p["W_embed"][read[:, t]], h, c)
            hs[:, t] = h
            tape.append(kept)
        z = hs @ p["W_vocab"] + p["b_vocab"]
        z = z - z.max(axis=2, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
        hot = np.eye(z.shape[2], dtype=z.dtype)[said]
        loss = -((logp * hot).sum(axis=2) * counts).sum() / N
        dz = (np.exp(logp) - hot) * counts[:, :, None] / z.dtype.type(N)
        G = {k: np.zeros_like(v) for k, v in p.items()}
        G["W_vocab"] = np.tensordot(hs, dz, axes=([0, 1], [0, 1]))
        G["b_vocab"] = dz.sum(axis=(0, 1))
        dhs = dz @ p["W_vocab"].T
        dh, dc = np.zeros_like(h), np.zeros_like(h)
        for t in range(T - 1, -1, -1):
            da, dc, x, before = self.unstep(dhs[:, t] + dh, dc, tape[t])
            G["Wx"] += x.T @ da
            G["Wh"] += before.T @ da
            G["b"] += da.sum(axis=0)
            np.add.at(G["W_embed"], read[:, t], da @ p["Wx"].T)
            dh = da @ p["Wh"].T
        G["W_proj"], G["b_proj"] = features.T @ dh, dh.sum(axis=0)
        return loss, G

    def sample(self, features, max_length=30):
        p = self.params
        h = features @ p["W_proj"] + p["b_proj"]
        c = np.zeros_like(h)
        word = np.full(len(features), self.start)
        captions = np.full((len(features), max_length), self.null)
        for t in range(max_length):
            h, c, _ = self.step(p["W_embed"][word], h, c)
            scores = h @ p["W_vocab"] + p["b_vocab"]
            word = captions[:, t] = scores.argmax(axis=1)
        return captions
