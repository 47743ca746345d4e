"""Language models by einsum, their ways back written out."""

import numpy as np
from sequences import half, lstm_backward, lstm_forward, rnn_backward, rnn_forward

ROOT = np.sqrt(2 / np.pi)


def asked(scores, y):
    """The mean of -log p where y is asked, and its gradient."""
    p = np.exp(scores - scores.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    counts = (y != -1).astype(scores.dtype)
    hot = (y[..., None] == np.arange(scores.shape[-1])).astype(scores.dtype)
    loss = -np.einsum("ntv,ntv->", hot, np.log(p)) / counts.sum()
    return loss, np.einsum("ntv,nt->ntv", p - hot, counts) / counts.sum()


def norm(h, gamma, beta):
    mean = np.einsum("ntd->nt", h)[..., None] / h.shape[-1]
    root = np.sqrt(np.einsum("ntd,ntd->nt", h - mean, h - mean)[..., None] / h.shape[-1] + 1e-5)
    z = (h - mean) / root
    return gamma * z + beta, (z, root, gamma)


def unnorm(dout, cache):
    z, root, gamma = cache
    dz = dout * gamma
    along = np.einsum("ntd,ntd->nt", dz, z)[..., None] / z.shape[-1]
    dh = (dz - dz.mean(-1, keepdims=True) - z * along) / root
    return dh, np.einsum("ntd,ntd->d", dout, z), np.einsum("ntd->d", dout)


def starting(shapes, scale, dtype):
    rng = np.random.default_rng(8)
    start = {"W": lambda s: rng.normal(0, scale, s), "g": np.ones, "b": np.zeros}
    return {name: start[name[0]](shape).astype(dtype) for name, shape in shapes.items()}


class TransformerLM:
    """One block after the other."""

    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.layers, d = heads, layers, width
        shapes = {"W_embed": (vocab_size, d)}
        for i in range(1, layers + 1):
            for x in "qkvo":
                shapes |= {f"W{x}{i}": (d, d), f"b{x}{i}": (d,)}
            for x in "af":
                shapes |= {f"gamma_{x}{i}": (d,), f"beta_{x}{i}": (d,)}
            shapes |= {f"W_in{i}": (d, 4 * d), f"b_in{i}": (4 * d,), f"W_out{i}": (4 * d, d), f"b_out{i}": (d,)}
        shapes |= {"gamma": (d,), "beta": (d,), "W_vocab": (d, vocab_size), "b_vocab": (vocab_size,)}
        self.params = starting(shapes, weight_scale, dtype)

    def loss(self, x, y=None):
        p = self.params
        n, t, d = *x.shape, p["W_embed"].shape[1]
        hot = (x[..., None] == np.arange(len(p["W_embed"]))).astype(p["W_embed"].dtype)
        feature = np.arange(d)
        angle = np.arange(t)[:, None] / 10000 ** (feature // 2 * 2 / d)
        where = np.where(feature % 2, np.cos(angle), np.sin(angle)).astype(hot.dtype)
        h = np.einsum("ntv,vd->ntd", hot, p["W_embed"]) + where
        later = np.triu(np.ones((t, t), bool), 1)
        size = d // self.heads
        kept = []
        for i in range(1, self.layers + 1):
            a, cache_a = norm(h, p[f"gamma_a{i}"], p[f"beta_a{i}"])
            w = {c: p[f"W{c}{i}"].reshape(d, self.heads, size) for c in "qkv"}
            q, k, v = (np.einsum("ntd,dhe->nhte", a, w[c]) + p[f"b{c}{i}"].reshape(self.heads, 1, size) for c in "qkv")
            s = np.einsum("nhte,nhse->nhts", q, k) / np.asarray(np.sqrt(size), h.dtype)
            s[..., later] = -np.inf
            s = np.exp(s - s.max(-1, keepdims=True))
            s /= s.sum(-1, keepdims=True)
            joined = np.einsum("nhts,nhse->nthe", s, v).reshape(n, t, d)
            h = h + np.einsum("ntd,de->nte", joined, p[f"Wo{i}"]) + p[f"bo{i}"]
            f, cache_f = norm(h, p[f"gamma_f{i}"], p[f"beta_f{i}"])
            u = np.einsum("ntd,du->ntu", f, p[f"W_in{i}"]) + p[f"b_in{i}"]
            th = np.tanh(ROOT * (u + 0.044715 * u * u * u)).astype(h.dtype)
            g = u / 2 + u * th / 2
            h = h + np.einsum("ntu,ud->ntd", g, p[f"W_out{i}"]) + p[f"b_out{i}"]
            kept.append((a, cache_a, w, q, k, v, s, joined, f, cache_f, u, th, g))
        last, cache = norm(h, p["gamma"], p["beta"])
        scores = np.einsum("ntd,dv->ntv", last, p["W_vocab"]) + p["b_vocab"]
        if y is None:
            return scores
        loss, ds = asked(scores, y)
        grads = {"W_vocab": np.einsum("ntd,ntv->dv", last, ds), "b_vocab": np.einsum("ntv->v", ds)}
        dh, grads["gamma"], grads["beta"] = unnorm(np.einsum("ntv,dv->ntd", ds, p["W_vocab"]), cache)
        for i in range(self.layers, 0, -1):
            dh = self.back(i, dh, kept[i - 1], grads)
        grads["W_embed"] = np.einsum("ntv,ntd->vd", hot, dh)
        return loss, grads

    def back(self, i, dh, kept, grads):
        """Through a block."""
        p = self.params
        a, cache_a, w, q, k, v, s, joined, f, cache_f, u, th, g = kept
        n, t, d = a.shape
        size = d // self.heads
        grads[f"W_out{i}"], grads[f"b_out{i}"] = np.einsum("ntu,ntd->ud", g, dh), np.einsum("ntd->d", dh)
        dg = np.einsum("ntd,ud->ntu", dh, p[f"W_out{i}"])
        du = dg * ((1 + th) / 2 + u / 2 * (1 - th * th) * ROOT * (1 + 3 * 0.044715 * u * u)).astype(dh.dtype)
        grads[f"W_in{i}"], grads[f"b_in{i}"] = np.einsum("ntd,ntu->du", f, du), np.einsum("ntu->u", du)
        df = np.einsum("ntu,du->ntd", du, p[f"W_in{i}"])
        more, grads[f"gamma_f{i}"], grads[f"beta_f{i}"] = unnorm(df, cache_f)
        dh = dh + more
        grads[f"Wo{i}"], grads[f"bo{i}"] = np.einsum("ntd,nte->de", joined, dh), np.einsum("ntd->d", dh)
        dz = np.einsum("nte,de->ntd", dh, p[f"Wo{i}"]).reshape(n, t, self.heads, size)
        dv = np.einsum("nhts,nthe->nhse", s, dz)
        ds = np.einsum("nthe,nhse->nhts", dz, v)
        ds = s * (ds - np.einsum("nhts,nhts->nht", ds, s)[..., None]) / np.asarray(np.sqrt(size), dh.dtype)
        along = {"q": np.einsum("nhts,nhse->nhte", ds, k), "k": np.einsum("nhts,nhte->nhse", ds, q), "v": dv}
        for c, each in along.items():
            grads[f"W{c}{i}"] = np.einsum("ntd,nhte->dhe", a, each).reshape(d, d)
            grads[f"b{c}{i}"] = np.einsum("nhte->he", each).reshape(d)
        da = sum(np.einsum("nhte,dhe->ntd", each, w[c]) for c, each in along.items())
        more, grads[f"gamma_a{i}"], grads[f"beta_a{i}"] = unnorm(da, cache_a)
        return dh + more

    def sample(self, prompt, length):
        """The text grows."""
        for _ in range(length):
            prompt = np.hstack([prompt, self.loss(prompt)[:, -1:].argmax(-1)])
        return prompt[:, -length:]


class CharRNN:
    """One-hot characters."""

    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.is_lstm = cell_type == "lstm"
        v, h, g = vocab_size, hidden_dim, hidden_dim * (1 + 3 * self.is_lstm)
        shapes = {"Wx": (v, g), "Wh": (h, g), "b": (g,), "W_vocab": (h, v), "b_vocab": (v,)}
        self.params = starting(shapes, weight_scale, dtype)

    def loss(self, x, y=None):
        p = self.params
        hot = (x[..., None] == np.arange(len(p["Wx"]))).astype(p["Wx"].dtype)
        start = np.zeros((len(x), len(p["Wh"])), hot.dtype)
        h, kept = (lstm_forward if self.is_lstm else rnn_forward)(hot, start, p["Wx"], p["Wh"], p["b"])
        scores = np.einsum("nth,hv->ntv", h, p["W_vocab"]) + p["b_vocab"]
        if y is None:
            return scores
        loss, ds = asked(scores, y)
        dh = np.einsum("ntv,hv->nth", ds, p["W_vocab"])
        _, _, dwx, dwh, db = (lstm_backward if self.is_lstm else rnn_backward)(dh, kept)
        out = {"W_vocab": np.einsum("nth,ntv->hv", h, ds), "b_vocab": np.einsum("ntv->v", ds)}
        return loss, {"Wx": dwx, "Wh": dwh, "b": db, **out}

    def sample(self, prompt, length):
        """Each step inlined."""
        p, columns = self.params, list(prompt.T)
        h = c = np.zeros((len(prompt), len(p["Wh"])), p["Wh"].dtype)
        for t in range(len(columns) + length - 1):
            a = p["Wx"][columns[t]] + h @ p["Wh"] + p["b"]
            if self.is_lstm:
                i, f, o, g = np.split(a, 4, axis=1)
                c = half(f) * c + half(i) * np.tanh(g)
                h = half(o) * np.tanh(c)
            else:
                h = np.tanh(a)
            if t == len(columns) - 1:
                columns.append((h @ p["W_vocab"] + p["b_vocab"]).argmax(1))
        return np.stack(columns[-length:], 1)
