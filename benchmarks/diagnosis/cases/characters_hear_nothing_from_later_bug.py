import numpy as np


class CharRNN:
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.V, self.H, self.gates = vocab_size, hidden_dim, 4 if cell_type == "lstm" else 1
        r = lambda *s: (np.random.randn(*s) * weight_scale).astype(dtype)
        G = self.gates * hidden_dim
        self.params = {"Wx": r(vocab_size, G), "Wh": r(hidden_dim, G), "b": np.zeros(G, dtype),
                       "W_vocab": r(hidden_dim, vocab_size), "b_vocab": np.zeros(vocab_size, dtype)}

    def loss(self, x, y=None):
        Wx, Wh, b, Wy, by = (self.params[k] for k in ("Wx", "Wh", "b", "W_vocab", "b_vocab"))
        N, T = x.shape
        hs = {-1: np.zeros((N, self.H), Wx.dtype)}
        cs, gate = {-1: np.zeros((N, self.H), Wx.dtype)}, {}
        ys = np.zeros((N, T, self.V), Wx.dtype)
        for t in range(T):
            a = Wx[x[:, t]] + hs[t - 1] @ Wh + b
            if self.gates == 1:
                hs[t] = np.tanh(a)
            else:
                gate[t] = [0.5 * np.tanh(u / 2) + 0.5 for u in np.split(a[:, :3 * self.H], 3, axis=1)] + [np.tanh(a[:, 3 * self.H:])]
                i, f, o, g = gate[t]
                cs[t] = f * cs[t - 1] + i * g
                hs[t] = o * np.tanh(cs[t])
            ys[:, t] = hs[t] @ Wy + by
        if y is None:
            return ys
        m = y >= 0
        e = np.exp(ys - ys.max(-1, keepdims=True))
        p = e / e.sum(-1, keepdims=True)
        picked = np.take_along_axis(p, np.where(m, y, 0)[..., None], -1)[..., 0]
        count = int(m.sum())
        loss = -(np.log(picked) * m).sum() / count
        dy = p
        for n in range(N):
            for t in range(T):
                if m[n, t]:
                    dy[n, t, y[n, t]] -= 1
                else:
                    dy[n, t] = 0
        dy = dy / count
        dWx, dWh, db, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), np.zeros_like(Wy)
        dhnext, dcnext = np.zeros((N, self.H), Wx.dtype), np.zeros((N, self.H), Wx.dtype)
        for t in range(T - 1, -1, -1):
            dWy += hs[t].T @ dy[:, t]
            dh = dy[:, t] @ Wy.T  # WRONG; right: dh = dy[:, t] @ Wy.T + dhnext
            if self.gates == 1:
                dhraw = (1 - hs[t] * hs[t]) * dh
            else:
                i, f, o, g = gate[t]
                tc = np.tanh(cs[t])
                dc = dcnext + dh * o * (1 - tc * tc)
                dhraw = np.concatenate([dc * g * i * (1 - i), dc * cs[t - 1] * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g * g)], axis=1)
                dcnext = dc * f
            db += dhraw.sum(0)
            np.add.at(dWx, x[:, t], dhraw)
            dWh += hs[t - 1].T @ dhraw
            dhnext = dhraw @ Wh.T
        return loss, {"Wx": dWx, "Wh": dWh, "b": db, "W_vocab": dWy, "b_vocab": dy.sum(axis=(0, 1))}

    def sample(self, prompt, length):
        text = prompt
        for _ in range(length):
            text = np.concatenate([text, self.loss(text)[:, -1:].argmax(-1)], axis=1)
        return text[:, prompt.shape[1]:]
