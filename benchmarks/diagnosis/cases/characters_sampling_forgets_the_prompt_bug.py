import numpy as np


def sigm(a):
    return 0.5 * (1 + np.tanh(a / 2))


class CharRNN:
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.is_lstm = cell_type == "lstm"
        width = (4 if self.is_lstm else 1) * hidden_dim
        draw = lambda *s: np.asarray(np.random.randn(*s) * weight_scale, dtype)
        self.params = {"Wx": draw(vocab_size, width), "Wh": draw(hidden_dim, width), "b": np.zeros(width, dtype),
                       "W_vocab": draw(hidden_dim, vocab_size), "b_vocab": np.zeros(vocab_size, dtype)}

    def step(self, word, h, c):
        p = self.params
        a = p["Wx"][word] + h @ p["Wh"] + p["b"]
        if not self.is_lstm:
            n = np.tanh(a)
            return n, c, (word, h, n)
        H = h.shape[1]
        i, f, o, g = sigm(a[:, :H]), sigm(a[:, H:2 * H]), sigm(a[:, 2 * H:3 * H]), np.tanh(a[:, 3 * H:])
        n_c = f * c + i * g
        t = np.tanh(n_c)
        return o * t, n_c, (word, h, c, i, f, o, g, t)

    def unstep(self, dh, dc, kept):
        if not self.is_lstm:
            word, h, n = kept
            return dh * (1 - n * n), dc, word, h
        word, h, c, i, f, o, g, t = kept
        dc = dc + dh * o * (1 - t * t)
        da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g * g)])
        return da, dc * f, word, h

    def start(self, n):
        z = np.zeros((n, self.params["Wh"].shape[0]), self.params["Wh"].dtype)
        return z, z

    def loss(self, x, y=None):
        p = self.params
        h, c = self.start(len(x))
        tape, states = [], []
        for t in range(x.shape[1]):
            h, c, kept = self.step(x[:, t], h, c)
            tape.append(kept)
            states.append(h)
        hs = np.stack(states, 1)
        scores = hs @ p["W_vocab"] + p["b_vocab"]
        if y is None:
            return scores
        asked = y >= 0
        count = asked.sum()
        s = scores - scores.max(-1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(-1, keepdims=True))
        own = np.take_along_axis(logp, np.maximum(y, 0)[..., None], -1)[..., 0]
        loss = -own[asked].sum() / count
        d = np.exp(logp) - np.eye(scores.shape[-1], dtype=scores.dtype)[np.maximum(y, 0)]
        d = (d * asked[..., None] / count).astype(scores.dtype)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        g["W_vocab"] = np.einsum("nth,ntv->hv", hs, d)
        g["b_vocab"] = d.sum((0, 1))
        above = d @ p["W_vocab"].T
        dh, dc = self.start(len(x))
        for t in range(x.shape[1] - 1, -1, -1):
            da, dc, word, before = self.unstep(above[:, t] + dh, dc, tape[t])
            np.add.at(g["Wx"], word, da)
            g["Wh"] += before.T @ da
            g["b"] += da.sum(0)
            dh = da @ p["Wh"].T
        return loss, g

    def sample(self, prompt, length):
        h, c = self.start(len(prompt))
        for t in range(prompt.shape[1]):
            h, c, _ = self.step(prompt[:, t], h, c)
        out = []; h, c = self.start(len(prompt))  # WRONG; right: out = []
        for _ in range(length):
            out.append((h @ self.params["W_vocab"] + self.params["b_vocab"]).argmax(1))
            h, c, _ = self.step(out[-1], h, c)
        return np.stack(out, 1)
