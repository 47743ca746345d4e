import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class CharRNN:
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.cell, self.H, self.V = cell_type, hidden_dim, vocab_size
        cols = hidden_dim if cell_type == "rnn" else 4 * hidden_dim
        draw = np.random.default_rng().normal
        self.params = {
            "Wx": draw(0, weight_scale, (vocab_size, cols)).astype(dtype),
            "Wh": draw(0, weight_scale, (hidden_dim, cols)).astype(dtype),
            "b": np.zeros(cols, dtype),
            "W_vocab": draw(0, weight_scale, (hidden_dim, vocab_size)).astype(dtype),
            "b_vocab": np.zeros(vocab_size, dtype),
        }

    def advance(self, chars, state):
        h, c = state
        a = self.params["Wx"][chars] + np.dot(h, self.params["Wh"]) + self.params["b"]
        if self.cell == "rnn":
            return (np.tanh(a), c), None
        gates = np.tanh(a[:, :3 * self.H] / 2) / 2 + 0.5
        i, f, o = np.hsplit(gates, 3)
        g = np.tanh(a[:, 3 * self.H:])
        c = c * f + g * i
        return (np.tanh(c) * o, c), (i, f, o, g)

    def blank(self, n):
        return np.zeros((n, self.H), self.params["Wh"].dtype), np.zeros((n, self.H), self.params["Wh"].dtype)

    def loss(self, x, y=None):
        p, (N, T) = self.params, x.shape
        states, gates = [self.blank(N)], []
        for t in range(T):
            new, gate = self.advance(x[:, t], states[-1])
            states.append(new)
            gates.append(gate)
        H = np.stack([s[0] for s in states[1:]], axis=1)
        scores = H @ p["W_vocab"] + p["b_vocab"]
        if y is None:
            return scores
        rows, cols = np.nonzero(y != -1)
        wanted = y[rows, cols]
        probs = softmax(scores)
        M = len(wanted)
        total = -np.log(probs[rows, cols, wanted]).sum()
        ds = np.zeros_like(scores)
        ds[rows, cols] = probs[rows, cols]
        ds[rows, cols, wanted] -= 1
        loss = total / M
        ds = ds / scores.dtype.type(M)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        g["W_vocab"] = np.tensordot(H, ds, ((0, 1), (0, 1)))
        g["b_vocab"] = ds.sum(axis=1).sum(axis=0)
        dh, dc = self.blank(N)
        for t in range(T)[::-1]:
            dh = dh + ds[:, t] @ p["W_vocab"].T
            (h, c), (h0, c0) = states[t + 1], states[t]
            if self.cell == "rnn":
                da = dh * (1 - h * h)
            else:
                i, f, o, cand = gates[t]
                tc = np.tanh(c)
                dc = dc + dh * o * (1 - tc * tc)
                da = np.hstack([dc * cand * i * (1 - i), dc * c0 * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - cand * cand)])
                dc = dc * f
            np.add.at(g["Wx"], x[:, t], da)
            g["Wh"] += h0.T @ da
            g["b"] += da.sum(axis=0)
            dh = da @ p["Wh"].T
        for name in g:
            g[name] = np.clip(g[name], -0.1, 0.1)  # WRONG; right: g[name] = g[name] * 1
        return loss, g

    def sample(self, prompt, length):
        state = self.blank(len(prompt))
        for t in range(prompt.shape[1]):
            state, _ = self.advance(prompt[:, t], state)
        out = []
        for k in range(length):
            char = (state[0] @ self.params["W_vocab"] + self.params["b_vocab"]).argmax(axis=1)
            out.append(char)
            state, _ = self.advance(char, state)
        return np.stack(out, axis=1)
