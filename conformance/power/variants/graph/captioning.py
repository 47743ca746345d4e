"""A network that writes captions, as the hand-out has it: a step of the cell inlined, sampling word by word."""

import numpy as np
from sequences import (
    lstm_backward,
    lstm_forward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


class CaptioningRNN:
    """Parameters in a dictionary."""

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.cell_type, self.dtype = cell_type, dtype
        self.word_to_idx = word_to_idx
        self._null, self._start, self._end = (word_to_idx.get(f"<{name}>") for name in ("NULL", "START", "END"))
        wide = {"lstm": 4, "rnn": 1}[cell_type] * hidden_dim
        size = len(word_to_idx)
        drawn = np.random.default_rng(0).standard_normal
        self.params = {
            "W_embed": drawn((size, wordvec_dim)) / 100,
            "W_proj": drawn((input_dim, hidden_dim)) / np.sqrt(input_dim),
            "b_proj": np.zeros(hidden_dim),
            "Wx": drawn((wordvec_dim, wide)) / np.sqrt(wordvec_dim),
            "Wh": drawn((hidden_dim, wide)) / np.sqrt(hidden_dim),
            "b": np.zeros(wide),
            "W_vocab": drawn((hidden_dim, size)) / np.sqrt(hidden_dim),
            "b_vocab": np.zeros(size),
        }
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, features, captions):
        """Five steps forward, five back."""
        p = self.params
        captions_in, captions_out = captions[:, :-1], captions[:, 1:]
        mask = captions_out != self._null
        h0 = features.dot(p["W_proj"]) + p["b_proj"]
        words, words_cache = word_embedding_forward(captions_in, p["W_embed"])
        forward = rnn_forward if self.cell_type == "rnn" else lstm_forward
        h, h_cache = forward(words, h0, p["Wx"], p["Wh"], p["b"])
        scores, scores_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
        grads = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scores_cache)
        backward = rnn_backward if self.cell_type == "rnn" else lstm_backward
        dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = backward(dh, h_cache)
        grads["W_embed"] = word_embedding_backward(dwords, words_cache)
        grads["W_proj"] = features.T.dot(dh0)
        grads["b_proj"] = np.sum(dh0, axis=0)
        return loss, grads

    def sample(self, features, max_length=30):
        """A column of words at a time."""
        captions = self._null * np.ones((features.shape[0], max_length), dtype=np.int32)
        p = self.params
        state = features.dot(p["W_proj"]) + p["b_proj"]
        cell = np.zeros_like(state)
        word = self._start * np.ones((features.shape[0], 1), dtype=np.int32)
        for t in range(max_length):
            embedded, _ = word_embedding_forward(word, p["W_embed"])
            if self.cell_type == "rnn":
                state, _ = rnn_step_forward(embedded[:, 0], state, p["Wx"], p["Wh"], p["b"])
            else:
                state, cell, _ = lstm_step_forward(embedded[:, 0], state, cell, p["Wx"], p["Wh"], p["b"])
            scores, _ = temporal_affine_forward(state[:, None, :], p["W_vocab"], p["b_vocab"])
            captions[:, t] = scores[:, 0].argmax(axis=1)
            word = captions[:, t : t + 1]
        return captions
