import numpy as np


def sigmoid(x):
    return 0.5 + 0.5 * np.tanh(x / 2)


class CaptioningRNN:
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        V, self.lstm = len(word_to_idx), cell_type == "lstm"
        G = 4 * hidden_dim if self.lstm else hidden_dim
        self.null, self.start = word_to_idx["<NULL>"], word_to_idx["<START>"]
        def w(a, b):
            return (np.random.randn(a, b) / np.sqrt(a)).astype(dtype)
        z = lambda n: np.zeros(n, dtype)
        self.params = dict(W_embed=w(V, wordvec_dim), W_proj=w(input_dim, hidden_dim), b_proj=z(hidden_dim),
                           Wx=w(wordvec_dim, G), Wh=w(hidden_dim, G), b=z(G),
                           W_vocab=w(hidden_dim, V), b_vocab=z(V))

    def step(self, words, h, c):
        p = self.params
        a = p["W_embed"][words] @ p["Wx"] + h @ p["Wh"] + p["b"]
        if not self.lstm:
            h = np.tanh(a)
            return h, c, (h,)
        i, f, o, g = np.split(a, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        new = f * c + i * g
        return o * np.tanh(new), new, (i, f, o, g, c, new)

    def step_back(self, dh, dc, kept):
        if not self.lstm:
            return dh * (1 - kept[0] ** 2), dc
        i, f, o, g, c, new = kept
        t = np.tanh(new)
        dc = dc + dh * o * (1 - t ** 2)
        da = [dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g ** 2)]
        return np.hstack(da), dc * f

    def loss(self, features, captions):
        p = self.params
        reads, says = captions[:, :-1], captions[:, 1:]
        keep = says != self.null
        N, T = says.shape
        hs = [features @ p["W_proj"] + p["b_proj"]]
        c, kept = np.zeros_like(hs[0]), []
        loss, dscores = 0.0, []
        for t in range(T):
            h, c, k = self.step(reads[:, t], hs[-1], c)
            hs.append(h)
            kept.append(k)
            s = hs[-1] @ p["W_vocab"] + p["b_vocab"]
            s = s - s.max(axis=1, keepdims=True)
            q = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
            loss -= (np.log(q[np.arange(N), says[:, t]]) * keep[:, t]).sum() / N
            q[np.arange(N), says[:, t]] -= 1
            dscores.append(q * keep[:, t, None] / N)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dh, dc = np.zeros_like(hs[0]), np.zeros_like(hs[0])
        for t in reversed(range(T)):
            g["W_vocab"] += hs[t + 1].T @ dscores[t]
            g["b_vocab"] += dscores[t].sum(0)
            dh = dh + dscores[t] @ p["W_vocab"].T
            da, dc = self.step_back(dh, dc, kept[t])
            g["Wx"] += p["W_embed"][reads[:, t]].T @ da
            g["Wh"] += hs[t].T @ da
            g["b"] += da.sum(0)
            np.add.at(g["W_embed"], reads[:, t], da @ p["Wx"].T)
            dh = da @ p["Wh"].T
        g["W_proj"], g["b_proj"] = features.T @ dh, dh.sum(0)
        return loss, g

    def sample(self, features, max_length=30):
        p = self.params
        h = features @ p["W_proj"] + p["b_proj"]
        c = np.zeros_like(h)
        words = np.full(len(features), self.start)
        said = []
        for _ in range(max_length):
            h, c, _ = self.step(words, h, c)
            words = (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=1)
            said.append(words)
        return np.array(said).T
