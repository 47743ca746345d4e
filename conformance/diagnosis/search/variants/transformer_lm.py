"""A transformer that says which word comes next, every step of a block written out."""

from math import erf

import numpy as np


class TransformerLM:
    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.layers = heads, layers
        V, D = vocab_size, width
        self.params = {}
        for name, shape in self.shapes(V, D):
            if name.startswith("W"):
                self.params[name] = (weight_scale * np.random.randn(*shape)).astype(dtype)
            else:
                self.params[name] = np.full(shape, float(name.startswith("gamma")), dtype)

    def shapes(self, V, D):
        yield "W_embed", (V, D)
        for i in range(1, self.layers + 1):
            for each in "qkvo":
                yield f"W{each}{i}", (D, D)
                yield f"b{each}{i}", (D,)
            for each in ("gamma_a", "beta_a", "gamma_f", "beta_f", "b_out"):
                yield f"{each}{i}", (D,)
            yield f"W_in{i}", (D, 4 * D)
            yield f"b_in{i}", (4 * D,)
            yield f"W_out{i}", (4 * D, D)
        yield from (("gamma", (D,)), ("beta", (D,)), ("W_vocab", (D, V)), ("b_vocab", (V,)))

    def norm(self, h, gamma, beta):
        mean = h.mean(axis=-1, keepdims=True)
        centred = h - mean
        std = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)
        h_hat = centred / std
        return gamma * h_hat + beta, (h_hat, std, gamma)

    def norm_backward(self, dout, cache):
        h_hat, std, gamma = cache
        dgamma = np.sum(dout * h_hat, axis=(0, 1))
        dbeta = np.sum(dout, axis=(0, 1))
        dh_hat = dout * gamma
        along = np.mean(dh_hat * h_hat, axis=-1, keepdims=True)
        dh = (dh_hat - dh_hat.mean(axis=-1, keepdims=True) - h_hat * along) / std
        return dh, dgamma, dbeta

    def block(self, h, i):
        params = {name: self.params[f"{name}{i}"] for name in self.names()}
        N, T, D = h.shape
        d = D // self.heads
        normed, norm_cache = self.norm(h, params["gamma_a"], params["beta_a"])
        q = (normed @ params["Wq"] + params["bq"]).reshape(N, T, self.heads, d).transpose(0, 2, 1, 3)
        k = (normed @ params["Wk"] + params["bk"]).reshape(N, T, self.heads, d).transpose(0, 2, 1, 3)
        v = (normed @ params["Wv"] + params["bv"]).reshape(N, T, self.heads, d).transpose(0, 2, 1, 3)
        scores = q @ k.transpose(0, 1, 3, 2) / d**0.5
        scores = np.where(np.tri(T, dtype=bool), scores, -np.inf)
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = powers / powers.sum(axis=-1, keepdims=True)
        merged = (weights @ v).transpose(0, 2, 1, 3).reshape(N, T, D)
        attended = merged @ params["Wo"] + params["bo"]
        y = h + attended
        normed_y, norm_y_cache = self.norm(y, params["gamma_f"], params["beta_f"])
        inner = normed_y @ params["W_in"] + params["b_in"]
        active = self.gelu(inner)
        fed = active @ params["W_out"] + params["b_out"]
        out = y + fed
        return out, (params, normed, norm_cache, q, k, v, weights, merged, normed_y, norm_y_cache, inner, active)

    def block_backward(self, dout, cache):
        params, normed, norm_cache, q, k, v, weights, merged, normed_y, norm_y_cache, inner, active = cache
        N, T, D = dout.shape
        d = D // self.heads
        db_out = np.sum(dout, axis=(0, 1))
        dW_out = np.einsum("nti,ntj->ij", active, dout)
        dactive = dout @ params["W_out"].T
        dinner = dactive * self.slope(inner)
        db_in = np.sum(dinner, axis=(0, 1))
        dW_in = np.einsum("nti,ntj->ij", normed_y, dinner)
        dnormed_y = dinner @ params["W_in"].T
        dy_inside, dgamma_f, dbeta_f = self.norm_backward(dnormed_y, norm_y_cache)
        dy = dout + dy_inside
        dbo = np.sum(dy, axis=(0, 1))
        dWo = np.einsum("nti,ntj->ij", merged, dy)
        dmerged = (dy @ params["Wo"].T).reshape(N, T, self.heads, d).transpose(0, 2, 1, 3)
        dweights = dmerged @ v.transpose(0, 1, 3, 2)
        dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
        dscores = dscores / d**0.5
        dq = (dscores @ k).transpose(0, 2, 1, 3).reshape(N, T, D)
        dk = (dscores.transpose(0, 1, 3, 2) @ q).transpose(0, 2, 1, 3).reshape(N, T, D)
        dv = (weights.transpose(0, 1, 3, 2) @ dmerged).transpose(0, 2, 1, 3).reshape(N, T, D)
        dWq = np.einsum("nti,ntj->ij", normed, dq)
        dWk = np.einsum("nti,ntj->ij", normed, dk)
        dWv = np.einsum("nti,ntj->ij", normed, dv)
        dbq = np.sum(dq, axis=(0, 1))
        dbk = np.sum(dk, axis=(0, 1))
        dbv = np.sum(dv, axis=(0, 1))
        dnormed = dq @ params["Wq"].T + dk @ params["Wk"].T + dv @ params["Wv"].T
        dh_inside, dgamma_a, dbeta_a = self.norm_backward(dnormed, norm_cache)
        dh = dy + dh_inside
        of_norms = {"gamma_a": dgamma_a, "beta_a": dbeta_a, "gamma_f": dgamma_f, "beta_f": dbeta_f}
        of_heads = {"Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo, "bq": dbq, "bk": dbk, "bv": dbv, "bo": dbo}
        of_inner = {"W_in": dW_in, "b_in": db_in, "W_out": dW_out, "b_out": db_out}
        return dh, {**of_norms, **of_heads, **of_inner}

    def gelu(self, inner):
        if dialect.gelu == "tanh":
            bent = np.tanh((2 / np.pi) ** 0.5 * (inner + 0.044715 * inner**3))
        if dialect.gelu == "exact":
            bent = np.vectorize(erf, otypes=[inner.dtype])(inner / 2**0.5)
        return 0.5 * inner * (1 + bent)

    def slope(self, inner):
        if dialect.gelu == "tanh":
            bent = np.tanh((2 / np.pi) ** 0.5 * (inner + 0.044715 * inner**3))
            of_cubic = (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * inner**2)
            slope = 0.5 * (1 + bent) + 0.5 * inner * (1 - bent**2) * of_cubic
        if dialect.gelu == "exact":
            bent = np.vectorize(erf, otypes=[inner.dtype])(inner / 2**0.5)
            slope = 0.5 * (1 + bent) + inner * np.exp(-(inner**2) / 2) / (2 * np.pi) ** 0.5
        return slope

    def names(self):
        return [name[:-1] for name in self.params if name.endswith("1")]

    def loss(self, x, y=None):
        params = self.params
        N, T = x.shape
        vectors = params["W_embed"][x]
        h = vectors + self.positions(T, vectors.shape[2]).astype(vectors.dtype)
        caches = []
        for i in range(1, self.layers + 1):
            h, cache = self.block(h, i)
            caches.append(cache)
        normed, norm_cache = self.norm(h, params["gamma"], params["beta"])
        scores = normed @ params["W_vocab"] + params["b_vocab"]
        if y is None:
            return scores
        counts = y != -1
        count = int(counts.sum())
        shifted = scores - scores.max(axis=2, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        hot = np.eye(scores.shape[2], dtype=scores.dtype)[np.where(counts, y, 0)]
        right = np.sum(hot * logarithms, axis=2)
        loss = -np.sum(right * counts) / count
        dscores = (np.exp(logarithms) - hot) * counts[:, :, None] / count
        dW_vocab = np.einsum("nti,ntj->ij", normed, dscores)
        db_vocab = np.sum(dscores, axis=(0, 1))
        dnormed = dscores @ params["W_vocab"].T
        dh, dgamma, dbeta = self.norm_backward(dnormed, norm_cache)
        grads = {"W_vocab": dW_vocab, "b_vocab": db_vocab, "gamma": dgamma, "beta": dbeta}
        for i in reversed(range(1, self.layers + 1)):
            dh, of_block = self.block_backward(dh, caches[i - 1])
            for name, gradient in of_block.items():
                grads[f"{name}{i}"] = gradient
        dW_embed = np.zeros_like(params["W_embed"])
        np.add.at(dW_embed, x, dh)
        grads["W_embed"] = dW_embed
        return float(loss), grads

    def positions(self, T, D):
        position = np.arange(T)[:, None]
        pair = np.arange(D // 2)
        angles = position / 10000 ** (2 * pair / D)
        encoding = np.zeros((T, D))
        encoding[:, 0::2] = np.sin(angles)
        encoding[:, 1::2] = np.cos(angles)
        return encoding

    def sample(self, prompt, length):
        text = prompt
        for t in range(length):
            scores = self.loss(text)
            word = np.argmax(scores[:, -1], axis=1)
            text = np.concatenate([text, word[:, None]], axis=1)
        return text[:, prompt.shape[1] :]
