import numpy as np


def gate(a):
    return 1 / (1 + np.exp(-a))


class CharRNN(object):
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.cell, self.H, self.V = cell_type, hidden_dim, vocab_size
        G = hidden_dim * (4 if cell_type == "lstm" else 1)
        r = lambda a, b: (np.random.randn(a, b) * weight_scale).astype(dtype)
        self.params = dict(Wx=r(vocab_size, G), Wh=r(hidden_dim, G), b=np.zeros(G, dtype), W_vocab=r(hidden_dim, vocab_size),
                           b_vocab=np.zeros(vocab_size, dtype))

    def _step(self, ch, h, c):
        p, H = self.params, self.H
        a = p["Wx"][ch] + h.dot(p["Wh"]) + p["b"]
        if self.cell == "rnn":
            h1 = np.tanh(a)
            return h1, c, (ch, h, c, h1)
        i, f, o, g = gate(a[:, :H]), gate(a[:, H:2 * H]), gate(a[:, 2 * H:3 * H]), np.tanh(a[:, 3 * H:])
        c1 = i * g + f * c
        return o * np.tanh(c1), c1, (ch, h, c, i, f, o, g, c1)

    def _back(self, dh, dc, kept):
        if self.cell == "rnn":
            h1 = kept[3]
            return dh * (1 - h1 ** 2), dc
        _, _, c, i, f, o, g, c1 = kept
        dc = dc + dh * o * (1 - np.tanh(c1) ** 2)
        da = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * np.tanh(c1) * o * (1 - o), dc * i * (1 - g ** 2)], 1)
        return da, dc * f

    def loss(self, x, y=None):
        p = self.params
        N, T = x.shape
        h = c = np.zeros((N, self.H), p["Wh"].dtype)
        kept, hs = [], []
        for t in range(T):
            h, c, k = self._step(x[:, t], h, c)
            kept.append(k)
            hs.append(h)
        scores = np.stack([s.dot(p["W_vocab"]) + p["b_vocab"] for s in hs], axis=1)
        if y is None:
            return scores
        count = (y >= 0).sum()
        loss, dsc = 0.0, np.zeros_like(scores)
        for n in range(N):
            for t in range(T):
                if y[n, t] < 0:
                    continue
                e = np.exp(scores[n, t] - scores[n, t].max())
                dsc[n, t] = e / e.sum()
                loss -= np.log(dsc[n, t, y[n, t]]) / count
                dsc[n, t, y[n, t]] -= 1
        dsc /= scores.dtype.type(count)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dh, dc = np.zeros_like(hs[0]), np.zeros_like(hs[0])
        for t in range(T - 1, -1, -1):
            g["W_vocab"] += hs[t].T.dot(dsc[:, t])
            g["b_vocab"] += dsc[:, t].sum(0)
            da, dc = self._back(dsc[:, t].dot(p["W_vocab"].T) + dh, dc, kept[t])
            g["Wh"] += kept[t][1].T.dot(da)
            g["b"] += da.sum(0)
            np.add.at(g["Wx"], kept[t][0], da)
            dh = da.dot(p["Wh"].T)
        return loss, g

    def sample(self, prompt, length):
        p = self.params
        h = c = np.zeros((len(prompt), self.H), p["Wh"].dtype)
        for t in range(prompt.shape[1]):
            h, c, _ = self._step(prompt[:, t], h, c)
        written = np.zeros((len(prompt), length), int)
        for t in range(length):
            best = np.full(len(prompt), (h @ p["W_vocab"] + p["b_vocab"]).argmax() % p["b_vocab"].size)  # WRONG; right: best = (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=1)
            written[:, t] = best
            h, c, _ = self._step(best, h, c)
        return written
