import numpy as np


def norm(x, g, b):
    c = x - x.mean(-1, keepdims=True)
    s = np.sqrt((c * c).mean(-1, keepdims=True) + x.dtype.type(1e-5))
    return g * (c / s) + b, (c / s, s, g)


def norm_grad(d, kept):
    h, s, g = kept
    e = d * g
    return (e - e.mean(-1, keepdims=True) - h * (e * h).mean(-1, keepdims=True)) / s, (d * h).sum((0, 1)), d.sum((0, 1))


def gelu(u):
    c = u.dtype.type(np.sqrt(2 / np.pi))
    th = np.tanh(c * (u + u.dtype.type(0.044715) * u * u * u))
    half = (1 + th) / 2
    return u * half, half + u / 2 * (1 - th * th) * c * (1 + u.dtype.type(3 * 0.044715) * u * u)


def cross(a, d):
    return a.reshape(-1, a.shape[-1]).T @ d.reshape(-1, d.shape[-1])


class TransformerLM(object):
    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.h, self.n, D = heads, layers, width
        P = self.params = {}

        def add(name, *shape):
            P[name] = (weight_scale * np.random.standard_normal(shape)).astype(dtype)

        add("W_embed", vocab_size, D)
        add("W_vocab", D, vocab_size)
        P["b_vocab"] = np.zeros(vocab_size, dtype)
        P["gamma"], P["beta"] = np.ones(D, dtype), np.zeros(D, dtype)
        for i in range(1, layers + 1):
            for letter in ("q", "k", "v", "o"):
                add("W%s%d" % (letter, i), D, D)
                P["b%s%d" % (letter, i)] = np.zeros(D, dtype)
            for letter in ("a", "f"):
                P["gamma_%s%d" % (letter, i)], P["beta_%s%d" % (letter, i)] = np.ones(D, dtype), np.zeros(D, dtype)
            add("W_in%d" % i, D, 4 * D)
            add("W_out%d" % i, 4 * D, D)
            P["b_in%d" % i], P["b_out%d" % i] = np.zeros(4 * D, dtype), np.zeros(D, dtype)

    def _split(self, a):
        return np.moveaxis(a.reshape(*a.shape[:2], self.h, -1), 2, 1)

    def _join(self, a):
        return np.moveaxis(a, 1, 2).reshape(a.shape[0], a.shape[2], -1)

    def _p(self, name, i):
        return self.params["%s%d" % (name, i)]

    def _forward(self, x):
        P, T, D = self.params, x.shape[1], self.params["W_embed"].shape[1]
        where = np.arange(T)[:, None] / np.power(10000.0, np.arange(0, D, 2) / D)
        table = np.dstack([np.sin(where), np.cos(where)]).reshape(T, D)
        z = P["W_embed"][x] + table.astype(P["W_embed"].dtype)
        tape = []
        for i in range(1, self.n + 1):
            a, ka = norm(z, self._p("gamma_a", i), self._p("beta_a", i))
            q, k, v = [self._split(a @ self._p("W" + c, i) + self._p("b" + c, i)) for c in "qkv"]
            s = q @ np.swapaxes(k, 2, 3) / np.sqrt(q.shape[3]).astype(a.dtype)
            s[:, :, np.arange(T)[:, None] < np.arange(T)] = -np.inf
            w = np.exp(s - s.max(3, keepdims=True))
            w = w / w.sum(3, keepdims=True)
            o = self._join(w @ v)
            r = z + o @ self._p("Wo", i) + self._p("bo", i)
            f, kf = norm(r, self._p("gamma_f", i), self._p("beta_f", i))
            g, slope = gelu(f @ self._p("W_in", i) + self._p("b_in", i))
            z = r + g @ self._p("W_out", i) + self._p("b_out", i)
            tape.append((a, ka, q, k, v, w, o, f, kf, g, slope))
        last, kn = norm(z, P["gamma"], P["beta"])
        return last @ P["W_vocab"] + P["b_vocab"], last, kn, tape

    def loss(self, x, y=None):
        P = self.params
        scores, last, kn, tape = self._forward(x)
        if y is None:
            return scores
        asked = (y != -1)
        top = scores.max(2, keepdims=True)
        logp = scores - top - np.log(np.exp(scores - top).sum(2, keepdims=True))
        n, t = np.nonzero(asked)
        count = len(n)
        loss = -logp[n, t, y[n, t]].sum() / count
        ds = np.exp(logp) * asked[:, :, None]
        ds[n, t, y[n, t]] -= 1
        ds = ds / scores.dtype.type(count)
        G = {"W_vocab": cross(last, ds), "b_vocab": ds.sum((0, 1))}
        d, G["gamma"], G["beta"] = norm_grad(ds @ P["W_vocab"].T, kn)
        for i in range(self.n, 0, -1):
            a, ka, q, k, v, w, o, f, kf, g, slope = tape[i - 1]
            G["W_out%d" % i], G["b_out%d" % i] = cross(g, d), d.sum((0, 1))
            du = d @ self._p("W_out", i).T * slope
            G["W_in%d" % i], G["b_in%d" % i] = cross(f, du), du.sum((0, 1))
            df, G["gamma_f%d" % i], G["beta_f%d" % i] = norm_grad(du @ self._p("W_in", i).T, kf)
            d = d + df
            G["Wo%d" % i], G["bo%d" % i] = cross(o, d), d.sum((0, 1))
            do = self._split(d @ self._p("Wo", i).T)
            dw = do @ np.swapaxes(v, 2, 3)
            dsc = w * (dw - (w * dw).sum(3, keepdims=True)) / np.sqrt(q.shape[3]).astype(d.dtype)
            da = np.zeros_like(a)
            for c, part in zip("qkv", (dsc @ k, np.swapaxes(dsc, 2, 3) @ q, np.swapaxes(w, 2, 3) @ do)):
                part = self._join(part)
                G["W%s%d" % (c, i)], G["b%s%d" % (c, i)] = cross(a, part), part.sum((0, 1))
                da += part @ self._p("W" + c, i).T
            dz, G["gamma_a%d" % i], G["beta_a%d" % i] = norm_grad(da, ka)
            d = d + dz
        G["W_embed"] = np.zeros_like(P["W_embed"])
        np.add.at(G["W_embed"], x, d)
        return loss, G

    def sample(self, prompt, length):
        text, out = prompt, []
        while len(out) < length:
            word = self._forward(text)[0][:, -1].argmax(1)
            out.append(word)
            text = text[:, :]  # WRONG; right: text = np.concatenate([text, word[:, None]], 1)
        return np.stack(out, 1)
