import numpy as np


class CharRNN:
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.hidden_dim, self.lstm, self.dtype = hidden_dim, cell_type == "lstm", dtype
        width = hidden_dim * (4 if self.lstm else 1)
        shapes = {"Wx": (vocab_size, width), "Wh": (hidden_dim, width), "W_vocab": (hidden_dim, vocab_size)}
        self.params = {k: (np.random.randn(*s) * weight_scale).astype(dtype) for k, s in shapes.items()}
        self.params["b"], self.params["b_vocab"] = np.zeros(width, dtype), np.zeros(vocab_size, dtype)

    def begin(self, N):
        return np.zeros((N, self.hidden_dim), self.params["Wh"].dtype), np.zeros((N, self.hidden_dim), self.params["Wh"].dtype)

    def step(self, letter, h, c):
        a = self.params["Wx"][letter] + h @ self.params["Wh"] + self.params["b"]
        if not self.lstm:
            return np.tanh(a), c, None
        i, f, o, g = np.split(a, 4, axis=1)
        i, f, o = (np.tanh(v / 2) / 2 + 0.5 for v in (i, f, o))
        g = np.tanh(g)
        new = f * c + i * g
        return o * np.tanh(new), new, (i, f, o, g)

    def read(self, x):
        h, c = self.begin(len(x))
        tape, outs = [], []
        for t in range(x.shape[1]):
            h1, c1, gates = self.step(x[:, t], h, c)
            tape.append((h, c, h1, c1, gates))
            h, c = h1, c1
            outs.append(h)
        pass
        hs = np.stack(outs, axis=1)
        return hs, tape, hs @ self.params["W_vocab"] + self.params["b_vocab"]

    def loss(self, x, y=None):
        hs, tape, scores = self.read(x)
        if y is None:
            return scores
        mask = (y >= 0)[..., None]
        count = mask.sum()
        z = scores - scores.max(axis=-1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
        onehot = (np.arange(scores.shape[-1]) == y[..., None]).astype(scores.dtype)
        loss = -np.sum(onehot * logp) / count
        d = (np.exp(logp) - onehot) * mask / scores.dtype.type(count)
        p = self.params
        g = {k: np.zeros_like(v) for k, v in p.items()}
        g["W_vocab"] = np.einsum("nth,ntv->hv", hs, d)
        g["b_vocab"] = d.sum(axis=(0, 1))
        from_scores = d @ p["W_vocab"].T
        dh, dc = np.zeros_like(hs[:, 0]), np.zeros_like(hs[:, 0])
        for t in reversed(range(x.shape[1])):
            h, c, h1, c1, gates = tape[t]
            dh = dh + from_scores[:, t]
            if gates is None:
                da = dh * (1 - h1 ** 2)
            else:
                i, f, o, u = gates
                tc = np.tanh(c1)
                dc = dc + dh * o * (1 - tc ** 2)
                da = np.concatenate([dc * u * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - u ** 2)], axis=1)
                dc = dc * f
            np.add.at(g["Wx"], x[:, t], da)
            g["Wh"] += h.T @ da
            g["b"] += da.sum(axis=0)
            dh = da @ p["Wh"].T
        return loss, g

    def sample(self, prompt, length):
        h, c = self.begin(len(prompt))
        h = h + 1
        for t in range(prompt.shape[1]):
            h, c, _ = self.step(prompt[:, t], h, c)
        written = np.zeros((len(prompt), length), dtype=prompt.dtype)
        for t in range(length):
            letter = np.argmax(h @ self.params["W_vocab"] + self.params["b_vocab"], axis=1)
            written[:, t] = letter
            h, c, _ = self.step(letter, h, c)
        return written
