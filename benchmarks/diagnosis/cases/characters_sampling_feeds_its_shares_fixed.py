import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


class CharRNN:
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.V, self.H, self.dtype, self.cell_type = vocab_size, hidden_dim, dtype, cell_type
        wide = hidden_dim * {"rnn": 1, "lstm": 4}[cell_type]
        normal = lambda *s: np.random.normal(0, weight_scale, s).astype(dtype)
        self.params = {"Wx": normal(vocab_size, wide), "Wh": normal(hidden_dim, wide), "b": np.zeros(wide, dtype),
                       "W_vocab": normal(hidden_dim, vocab_size), "b_vocab": np.zeros(vocab_size, dtype)}

    def start(self, N):
        zero = np.zeros((N, self.H), self.params["Wh"].dtype)
        return zero, zero

    def step(self, onehot, h, c):
        """The new state, the new cell and what the backward needs."""
        p = self.params
        a = onehot @ p["Wx"] + h @ p["Wh"] + p["b"]
        if self.cell_type == "rnn":
            new = np.tanh(a)
            return new, c, lambda dh, dc: (dh * (1 - new ** 2), dc)
        i, f, o = (sigmoid(a[:, k * self.H:(k + 1) * self.H]).astype(a.dtype) for k in range(3))
        g = np.tanh(a[:, 3 * self.H:])
        cell = f * c + i * g
        t = np.tanh(cell)

        def back(dh, dc):
            dc = dc + dh * o * (1 - t ** 2)
            parts = (dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g ** 2))
            return np.concatenate(parts, axis=1), dc * f

        return o * t, cell, back

    def onehot(self, letters):
        return np.eye(self.V, dtype=self.params["Wx"].dtype)[letters]

    def scores(self, h):
        return h @ self.params["W_vocab"] + self.params["b_vocab"]

    def loss(self, x, y=None):
        N, T = x.shape
        h, c = self.start(N)
        hs, backs = [h], []
        for t in range(T):
            h, c, back = self.step(self.onehot(x[:, t]), h, c)
            hs.append(h)
            backs.append(back)
        s = np.stack([self.scores(h) for h in hs[1:]], axis=1)
        if y is None:
            return s
        asked = y >= 0
        count = asked.sum()
        s = s - s.max(axis=2, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=2, keepdims=True))
        rows, cols = np.nonzero(asked)
        loss = -logp[rows, cols, y[rows, cols]].sum() / count
        d = np.exp(logp) * asked[:, :, None]
        d[rows, cols, y[rows, cols]] -= 1
        d = (d / count).astype(s.dtype)
        p = self.params
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dh, dc = self.start(N)
        for t in reversed(range(T)):
            g["W_vocab"] += hs[t + 1].T @ d[:, t]
            g["b_vocab"] += d[:, t].sum(axis=0)
            da, dc = backs[t](d[:, t] @ p["W_vocab"].T + dh, dc)
            g["Wx"] += self.onehot(x[:, t]).T @ da
            g["Wh"] += hs[t].T @ da
            g["b"] += da.sum(axis=0)
            dh = da @ p["Wh"].T
        return loss, g

    def sample(self, prompt, length):
        h, c = self.start(len(prompt))
        for t in range(prompt.shape[1]):
            h, c, _ = self.step(self.onehot(prompt[:, t]), h, c)
        text = []
        for _ in range(length):
            s = self.scores(h)
            text.append(s.argmax(axis=1))
            e = np.exp(s - s.max(axis=1, keepdims=True))
            h, c, _ = self.step(self.onehot(text[-1]), h, c)
        return np.stack(text, axis=1)
