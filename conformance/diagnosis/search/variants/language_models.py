"""Recurrent networks that say words: captions of images, and texts character by character."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


class Recurrent:
    def step(self, x, prev_h, prev_c):
        params = self.params
        a = x @ params["Wx"] + prev_h @ params["Wh"] + params["b"]
        if self.cell_type == "rnn":
            next_h = np.tanh(a)
            return next_h, prev_c, (x, prev_h, next_h)
        ai, af, ao, ag = np.split(a, 4, axis=1)
        i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
        next_c = f * prev_c + i * g
        tanh_c = np.tanh(next_c)
        next_h = o * tanh_c
        return next_h, next_c, (x, prev_h, next_h, prev_c, next_c, i, f, o, g, tanh_c)

    def over_time(self, x, h0):
        states, caches = [], []
        c0 = np.zeros_like(h0)
        prev_h, prev_c = h0, c0
        for t in range(x.shape[1]):
            next_h, next_c, cache = self.step(x[:, t], prev_h, prev_c)
            states.append(next_h)
            caches.append(cache)
            prev_h = next_h
            prev_c = next_c
        return np.stack(states, axis=1), caches

    def back_in_time(self, dh, caches, words=None):
        Wx, Wh = self.params["Wx"], self.params["Wh"]
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(self.params["b"])
        dprev_h = np.zeros_like(dh[:, 0])
        dprev_c = np.zeros_like(dprev_h)
        dx = []
        for t in reversed(range(dh.shape[1])):
            dnext_h = dh[:, t] + dprev_h
            if self.cell_type == "rnn":
                x, prev_h, next_h = caches[t]
                da = dnext_h * (1 - next_h**2)
            else:
                x, prev_h, next_h, prev_c, next_c, i, f, o, g, tanh_c = caches[t]
                dc = dprev_c + dnext_h * o * (1 - tanh_c**2)
                dai = dc * g * i * (1 - i)
                daf = dc * prev_c * f * (1 - f)
                dao = dnext_h * tanh_c * o * (1 - o)
                dag = dc * i * (1 - g**2)
                da = np.hstack((dai, daf, dao, dag))
                dprev_c = dc * f
            dx.insert(0, da @ Wx.T)
            dWx_t = x.T @ da
            if words is not None:
                dWx_t = np.zeros_like(Wx)
                np.add.at(dWx_t, words[:, t], da)
            dWx += dWx_t
            dWh += prev_h.T @ da
            db += da.sum(axis=0)
            dprev_h = da @ Wh.T
        return np.stack(dx, axis=1), dprev_h, dWx, dWh, db

    def of_words(self, scores, said, counts, count):
        shifted = scores - scores.max(axis=2, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        hot = np.eye(scores.shape[2], dtype=scores.dtype)[said]
        right = np.sum(hot * logarithms, axis=2)
        loss = -np.sum(right * counts) / count
        dscores = (np.exp(logarithms) - hot) * counts[:, :, None] / count
        return float(loss), dscores


class CharRNN(Recurrent):
    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        width = hidden_dim if cell_type == "rnn" else 4 * hidden_dim
        self.cell_type = cell_type
        shapes = {"Wx": (vocab_size, width), "Wh": (hidden_dim, width), "W_vocab": (hidden_dim, vocab_size)}
        self.params = {name: (weight_scale * np.random.randn(*shape)).astype(dtype) for name, shape in shapes.items()}
        self.params |= {"b": np.zeros(width, dtype), "b_vocab": np.zeros(vocab_size, dtype)}

    def loss(self, x, y=None):
        params = self.params
        W_vocab, b_vocab = params["W_vocab"], params["b_vocab"]
        N, T = x.shape
        h0 = np.zeros((N, len(W_vocab)), dtype=W_vocab.dtype)
        hot = np.eye(len(params["Wx"]), dtype=W_vocab.dtype)[x]
        h, caches = self.over_time(hot, h0)
        scores = h @ W_vocab + b_vocab
        if y is None:
            return scores
        counts = y != -1
        count = int(counts.sum())
        loss, dscores = self.of_words(scores, np.where(counts, y, 0), counts, count)
        dW_vocab = np.einsum("nth,ntv->hv", h, dscores)
        db_vocab = dscores.sum(axis=(0, 1))
        dh = dscores @ W_vocab.T
        dx, dh0, dWx, dWh, db = self.back_in_time(dh, caches, x)
        return loss, {"Wx": dWx, "Wh": dWh, "b": db, "W_vocab": dW_vocab, "b_vocab": db_vocab}

    def sample(self, prompt, length):
        N, S = prompt.shape
        W_vocab, b_vocab = self.params["W_vocab"], self.params["b_vocab"]
        letters = np.eye(len(self.params["Wx"]), dtype=W_vocab.dtype)
        h = np.zeros((N, len(W_vocab)), dtype=W_vocab.dtype)
        c = np.zeros_like(h)
        for t in range(S):
            h, c, _ = self.step(letters[prompt[:, t]], h, c)
        written = []
        for t in range(length):
            scores = h @ W_vocab + b_vocab
            word = np.argmax(scores, axis=1)
            written.append(word)
            h, c, _ = self.step(letters[word], h, c)
        return np.stack(written, axis=1)


class CaptioningRNN(Recurrent):
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        V, width = len(word_to_idx), hidden_dim if cell_type == "rnn" else 4 * hidden_dim
        self.cell_type = cell_type
        self.null, self.start = word_to_idx["<NULL>"], word_to_idx["<START>"]
        shapes = {
            "W_embed": (V, wordvec_dim),
            "W_proj": (input_dim, hidden_dim),
            "Wx": (wordvec_dim, width),
            "Wh": (hidden_dim, width),
            "W_vocab": (hidden_dim, V),
        }
        self.params = {name: (np.random.randn(*s) / s[0] ** 0.5).astype(dtype) for name, s in shapes.items()}
        sizes = {"b_proj": hidden_dim, "b": width, "b_vocab": V}
        self.params |= {name: np.zeros(size, dtype) for name, size in sizes.items()}

    def loss(self, features, captions):
        params = self.params
        read, said = captions[:, :-1], captions[:, 1:]
        counts = said != self.null
        N = len(captions)
        h0 = features @ params["W_proj"] + params["b_proj"]
        vectors = params["W_embed"][read]
        h, caches = self.over_time(vectors, h0)
        scores = h @ params["W_vocab"] + params["b_vocab"]
        loss, dscores = self.of_words(scores, said, counts, N)
        dW_vocab = np.einsum("nth,ntv->hv", h, dscores)
        db_vocab = dscores.sum(axis=(0, 1))
        dh = dscores @ params["W_vocab"].T
        dvectors, dh0, dWx, dWh, db = self.back_in_time(dh, caches)
        dW_embed = np.zeros_like(params["W_embed"])
        np.add.at(dW_embed, read, dvectors)
        dW_proj = features.T @ dh0
        db_proj = dh0.sum(axis=0)
        of_cell = {"Wx": dWx, "Wh": dWh, "b": db}
        of_words = {"W_embed": dW_embed, "W_vocab": dW_vocab, "b_vocab": db_vocab}
        return loss, {**of_cell, **of_words, "W_proj": dW_proj, "b_proj": db_proj}

    def sample(self, features, max_length=30):
        params = self.params
        N = len(features)
        h0 = features @ params["W_proj"] + params["b_proj"]
        c0 = np.zeros_like(h0)
        h, c = h0, c0
        word = np.full(N, self.start)
        captions = np.full((N, max_length), self.null)
        for t in range(max_length):
            h, c, _ = self.step(params["W_embed"][word], h, c)
            scores = h @ params["W_vocab"] + params["b_vocab"]
            word = np.argmax(scores, axis=1)
            captions[:, t] = word
        return captions
