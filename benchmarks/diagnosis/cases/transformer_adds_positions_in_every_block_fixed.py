import numpy as np

C0, C1 = np.sqrt(2 / np.pi), 0.044715


def gelu(u):
    t = np.tanh(C0 * (u + C1 * u ** 3))
    return u * (1 + t) / 2, (u, t)


def gelu_back(d, kept):
    u, t = kept
    return d * ((1 + t) / 2 + u / 2 * (1 - t ** 2) * C0 * (1 + 3 * C1 * u ** 2))


def norm(x, gamma, beta):
    centred = x - np.mean(x, axis=2, keepdims=True)
    std = np.sqrt(np.mean(centred ** 2, axis=2, keepdims=True) + 1e-5)
    hat = centred / std
    return gamma * hat + beta, (hat, std, gamma)


def norm_back(d, kept):
    hat, std, gamma = kept
    g = d * gamma
    dx = (g - g.mean(axis=2, keepdims=True) - hat * (g * hat).mean(axis=2, keepdims=True)) / std
    return dx, np.sum(d * hat, axis=(0, 1)), np.sum(d, axis=(0, 1))


def linear(x, w, b):
    return x @ w + b, (x, w)


def linear_back(d, kept):
    x, w = kept
    return d @ w.T, x.reshape(-1, x.shape[2]).T @ d.reshape(-1, d.shape[2]), d.sum(axis=(0, 1))


class TransformerLM(object):
    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.n_head, self.n_layer, self.dtype, self.params = heads, layers, dtype, {}
        init = lambda a, b: (weight_scale * np.random.randn(a, b)).astype(dtype)
        self.params["W_embed"] = init(vocab_size, width)
        for n in range(1, layers + 1):
            for name in ("q", "k", "v", "o"):
                self.params[f"W{name}{n}"], self.params[f"b{name}{n}"] = init(width, width), np.zeros(width, dtype)
            self.params[f"W_in{n}"], self.params[f"b_in{n}"] = init(width, 4 * width), np.zeros(4 * width, dtype)
            self.params[f"W_out{n}"], self.params[f"b_out{n}"] = init(4 * width, width), np.zeros(width, dtype)
            for name in ("_a", "_f"):
                self.params[f"gamma{name}{n}"] = np.ones(width, dtype)
                self.params[f"beta{name}{n}"] = np.zeros(width, dtype)
        self.params["gamma"], self.params["beta"] = np.ones(width, dtype), np.zeros(width, dtype)
        self.params["W_vocab"], self.params["b_vocab"] = init(width, vocab_size), np.zeros(vocab_size, dtype)

    def positions(self, T, D):
        where = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)
        return np.stack([np.sin(where), np.cos(where)], axis=2).reshape(T, D).astype(self.dtype)

    def split(self, x):
        N, T, D = x.shape
        return x.reshape(N, T, self.n_head, D // self.n_head).swapaxes(1, 2)

    def merge(self, x):
        N, H, T, d = x.shape
        return x.swapaxes(1, 2).reshape(N, T, H * d)

    def attend(self, x, n, kept):
        P, T = self.params, x.shape[1]
        for name in "qkv":
            y, kept[name] = linear(x, P[f"W{name}{n}"], P[f"b{name}{n}"])
            kept[name + "h"] = self.split(y)
        s = kept["qh"] @ kept["kh"].swapaxes(2, 3) / self.dtype(np.sqrt(kept["qh"].shape[3]))
        s = np.where(np.arange(T)[:, None] >= np.arange(T)[None, :], s, self.dtype(-1e9))
        e = np.exp(s - s.max(axis=3, keepdims=True))
        kept["a"] = e / e.sum(axis=3, keepdims=True)
        y, kept["o"] = linear(self.merge(kept["a"] @ kept["vh"]), P[f"Wo{n}"], P[f"bo{n}"])
        return y

    def attend_back(self, d, n, kept, G):
        d, G[f"Wo{n}"], G[f"bo{n}"] = linear_back(d, kept["o"])
        d, a = self.split(d), kept["a"]
        da = d @ kept["vh"].swapaxes(2, 3)
        ds = a * (da - (a * da).sum(axis=3, keepdims=True)) / self.dtype(np.sqrt(d.shape[3]))
        of = {"q": ds @ kept["kh"], "k": ds.swapaxes(2, 3) @ kept["qh"], "v": a.swapaxes(2, 3) @ d}
        dx = 0
        for name in "qkv":
            back, G[f"W{name}{n}"], G[f"b{name}{n}"] = linear_back(self.merge(of[name]), kept[name])
            dx = dx + back
        return dx

    def loss(self, x, y=None):
        P, G, tape = self.params, {}, []
        h = P["W_embed"][x] + self.positions(x.shape[1], P["W_embed"].shape[1])
        for n in range(1, self.n_layer + 1):
            kept = {}
            u, kept["na"] = norm(h, P[f"gamma_a{n}"], P[f"beta_a{n}"])
            h = h + self.attend(u, n, kept)
            u, kept["nf"] = norm(h, P[f"gamma_f{n}"], P[f"beta_f{n}"])
            u, kept["in"] = linear(u, P[f"W_in{n}"], P[f"b_in{n}"])
            u, kept["gelu"] = gelu(u)
            u, kept["out"] = linear(u, P[f"W_out{n}"], P[f"b_out{n}"])
            h = h + u
            tape.append(kept)
        h, last = norm(h, P["gamma"], P["beta"])
        scores, head = linear(h, P["W_vocab"], P["b_vocab"])
        if y is None:
            return scores
        flat, labels = scores.reshape(-1, scores.shape[2]), y.reshape(-1)
        rows = np.flatnonzero(labels != -1)
        z = flat - flat.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss = -logp[rows, labels[rows]].mean()
        d = np.zeros_like(flat)
        d[rows] = np.exp(logp[rows])
        d[rows, labels[rows]] -= 1
        d = (d / len(rows)).reshape(scores.shape).astype(scores.dtype)
        d, G["W_vocab"], G["b_vocab"] = linear_back(d, head)
        d, G["gamma"], G["beta"] = norm_back(d, last)
        for n in range(self.n_layer, 0, -1):
            kept = tape[n - 1]
            e, G[f"W_out{n}"], G[f"b_out{n}"] = linear_back(d, kept["out"])
            e, G[f"W_in{n}"], G[f"b_in{n}"] = linear_back(gelu_back(e, kept["gelu"]), kept["in"])
            e, G[f"gamma_f{n}"], G[f"beta_f{n}"] = norm_back(e, kept["nf"])
            d = d + e
            e, G[f"gamma_a{n}"], G[f"beta_a{n}"] = norm_back(self.attend_back(d, n, kept, G), kept["na"])
            d = d + e
        G["W_embed"] = np.zeros_like(P["W_embed"])
        np.add.at(G["W_embed"], x, d)
        return float(loss), G

    def sample(self, prompt, length):
        text = np.array(prompt)
        for _ in range(length):
            best = np.argmax(self.loss(text)[:, -1, :], axis=1)
            text = np.concatenate([text, best[:, np.newaxis]], axis=1)
        return text[:, prompt.shape[1]:]
