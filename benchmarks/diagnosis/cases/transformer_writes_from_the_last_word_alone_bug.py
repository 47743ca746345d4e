import numpy as np

GELU_C = np.sqrt(2 / np.pi)


def gelu(u):
    return 0.5 * u * (1 + np.tanh(GELU_C * (u + 0.044715 * u ** 3)))


def gelu_slope(u):
    t = np.tanh(GELU_C * (u + 0.044715 * u ** 3))
    return 0.5 * (1 + t) + 0.5 * u * (1 - t ** 2) * GELU_C * (1 + 3 * 0.044715 * u ** 2)


def layer_norm(h, g, b):
    mu = h.mean(-1, keepdims=True)
    inv = 1 / np.sqrt(h.var(-1, keepdims=True) + 1e-5)
    hat = (h - mu) * inv
    return (g * hat + b).astype(h.dtype), (hat, inv, g)


def layer_norm_grad(d, kept):
    hat, inv, g = kept
    e = d * g
    dx = inv * (e - e.mean(-1, keepdims=True) - hat * (e * hat).mean(-1, keepdims=True))
    return dx, (d * hat).sum((0, 1)), d.sum((0, 1))


def dot(a, d):
    return np.einsum("nti,ntj->ij", a, d)


class TransformerLM:
    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.layers, self.dtype = heads, layers, dtype
        V, D = vocab_size, width
        w = lambda *s: (np.random.randn(*s) * weight_scale).astype(dtype)
        zero, one = lambda n: np.zeros(n, dtype), lambda n: np.ones(n, dtype)
        P = self.params = {"W_embed": w(V, D)}
        for i in range(1, layers + 1):
            for m in "qkvo":
                P["W%s%d" % (m, i)], P["b%s%d" % (m, i)] = w(D, D), zero(D)
            for m in "af":
                P["gamma_%s%d" % (m, i)], P["beta_%s%d" % (m, i)] = one(D), zero(D)
            P["W_in%d" % i], P["b_in%d" % i] = w(D, 4 * D), zero(4 * D)
            P["W_out%d" % i], P["b_out%d" % i] = w(4 * D, D), zero(D)
        P["gamma"], P["beta"], P["W_vocab"], P["b_vocab"] = one(D), zero(D), w(D, V), zero(V)

    def where(self, T, D):
        pos, pair = np.arange(T)[:, None], np.arange(0, D, 2)[None]
        angle = pos / 10000.0 ** (pair / D)
        table = np.zeros((T, D))
        table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
        return table.astype(self.dtype)

    def heads_of(self, a):
        N, T, D = a.shape
        return a.reshape(N, T, self.heads, D // self.heads).transpose(0, 2, 1, 3)

    def joined(self, a):
        N, H, T, d = a.shape
        return a.transpose(0, 2, 1, 3).reshape(N, T, H * d)

    def block(self, h, i):
        P, T = self.params, h.shape[1]
        n, kn = layer_norm(h, P["gamma_a%d" % i], P["beta_a%d" % i])
        q, k, v = (self.heads_of(n @ P["W%s%d" % (m, i)] + P["b%s%d" % (m, i)]) for m in "qkv")
        s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1]).astype(h.dtype)
        future = np.triu(np.ones((T, T), dtype=bool), k=1)
        s = np.where(future, -np.inf, s)
        e = np.exp(s - s.max(-1, keepdims=True))
        a = e / e.sum(-1, keepdims=True)
        y = self.joined(a @ v)
        mid = h + y @ P["Wo%d" % i] + P["bo%d" % i]
        m, km = layer_norm(mid, P["gamma_f%d" % i], P["beta_f%d" % i])
        u = m @ P["W_in%d" % i] + P["b_in%d" % i]
        out = mid + gelu(u) @ P["W_out%d" % i] + P["b_out%d" % i]
        return out, (n, kn, q, k, v, a, y, m, km, u)

    def block_grad(self, d, i, kept, G):
        P = self.params
        n, kn, q, k, v, a, y, m, km, u = kept
        G["W_out%d" % i], G["b_out%d" % i] = dot(gelu(u), d), d.sum((0, 1))
        du = (d @ P["W_out%d" % i].T) * gelu_slope(u)
        G["W_in%d" % i], G["b_in%d" % i] = dot(m, du), du.sum((0, 1))
        dmid, G["gamma_f%d" % i], G["beta_f%d" % i] = layer_norm_grad(du @ P["W_in%d" % i].T, km)
        dmid = dmid + d
        G["Wo%d" % i], G["bo%d" % i] = dot(y, dmid), dmid.sum((0, 1))
        dy = self.heads_of(dmid @ P["Wo%d" % i].T)
        da = dy @ v.transpose(0, 1, 3, 2)
        ds = a * (da - (da * a).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1]).astype(d.dtype)
        parts = {"q": ds @ k, "k": ds.transpose(0, 1, 3, 2) @ q, "v": a.transpose(0, 1, 3, 2) @ dy}
        dn = 0
        for name, g in parts.items():
            g = self.joined(g)
            G["W%s%d" % (name, i)], G["b%s%d" % (name, i)] = dot(n, g), g.sum((0, 1))
            dn = dn + g @ P["W%s%d" % (name, i)].T
        dh, G["gamma_a%d" % i], G["beta_a%d" % i] = layer_norm_grad(dn, kn)
        return dh + dmid

    def loss(self, x, y=None):
        P = self.params
        N, T = x.shape
        h = P["W_embed"][x] + self.where(T, P["W_embed"].shape[1])
        kept = {}
        for i in range(1, self.layers + 1):
            h, kept[i] = self.block(h, i)
        n, kn = layer_norm(h, P["gamma"], P["beta"])
        scores = n @ P["W_vocab"] + P["b_vocab"]
        if y is None:
            return scores
        asked = y >= 0
        count = asked.sum()
        z = scores - scores.max(-1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(-1, keepdims=True))
        hot = np.eye(scores.shape[-1], dtype=scores.dtype)[np.where(asked, y, 0)]
        loss = -((hot * logp).sum(-1) * asked).sum() / count
        ds = (np.exp(logp) - hot) * asked[..., None] / scores.dtype.type(count)
        G = {"W_vocab": dot(n, ds), "b_vocab": ds.sum((0, 1))}
        d, G["gamma"], G["beta"] = layer_norm_grad(ds @ P["W_vocab"].T, kn)
        for i in range(self.layers, 0, -1):
            d = self.block_grad(d, i, kept[i], G)
        G["W_embed"] = np.zeros_like(P["W_embed"])
        np.add.at(G["W_embed"], x, d)
        return float(loss), G

    def sample(self, prompt, length):
        text = prompt.copy()
        for _ in range(length):
            scores = self.loss(text[:, -1:])  # WRONG; right: scores = self.loss(text)
            best = scores[:, -1].argmax(-1)
            text = np.hstack([text, best[:, None]])
        return text[:, -length:]
