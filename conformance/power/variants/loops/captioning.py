"""A network that writes captions, sample after sample in its sampling, which stops at <END>."""

import numpy as np
from sequences import (
    back_through_sums,
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

CELLS = {
    "rnn": (rnn_forward, rnn_backward),
    "lstm": (lstm_forward, lstm_backward),
}


class CaptioningRNN:
    """The cell is chosen once."""

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.words, self.cell_type = word_to_idx, cell_type
        self.forward, self.backward = CELLS[cell_type]
        wide = hidden_dim * (4 if cell_type == "lstm" else 1)
        shapes = [
            ("W_proj", (input_dim, hidden_dim)),
            ("W_embed", (len(word_to_idx), wordvec_dim)),
            ("Wx", (wordvec_dim, wide)),
            ("Wh", (hidden_dim, wide)),
            ("W_vocab", (hidden_dim, len(word_to_idx))),
            ("b_proj", (hidden_dim,)),
            ("b", (wide,)),
            ("b_vocab", (len(word_to_idx),)),
        ]
        drawn = np.random.default_rng(1).uniform
        self.params = {
            name: drawn(-(shape[0] ** -0.5), shape[0] ** -0.5, shape).astype(dtype)
            if len(shape) > 1
            else np.zeros(shape, dtype)
            for name, shape in shapes
        }

    def loss(self, features, captions):
        """One after the other."""
        w_proj, w_embed, wx, wh, w_vocab, b_proj, b, b_vocab = self.params.values()
        h0 = features @ w_proj + b_proj
        vectors, kept_words = word_embedding_forward(captions[:, :-1], w_embed)
        h, kept = self.forward(vectors, h0, wx, wh, b)
        scores, kept_scores = temporal_affine_forward(h, w_vocab, b_vocab)
        loss, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self.words["<NULL>"])
        dh, dw_vocab, db_vocab = temporal_affine_backward(dscores, kept_scores)
        dvectors, dh0, dwx, dwh, db = self.backward(dh, kept)
        dw_embed = word_embedding_backward(dvectors, kept_words)
        nothing = np.zeros((len(features), 0), features.dtype)
        _, _, dw_proj, _, db_proj = back_through_sums(dh0, features, nothing, w_proj, np.zeros((0, len(b_proj))))
        gradients = dw_proj, dw_embed, dwx, dwh, dw_vocab, db_proj, db, db_vocab
        return loss, dict(zip(self.params, gradients, strict=True))

    def sample(self, features, max_length=30):
        """Sample by sample, up to the end of its caption."""
        w_proj, w_embed, wx, wh, w_vocab, b_proj, b, b_vocab = self.params.values()
        captions = np.full((len(features), max_length), self.words["<NULL>"])
        for n in range(len(features)):
            h = (features[n] @ w_proj + b_proj)[None]
            c = np.zeros_like(h)
            word = self.words["<START>"]
            for t in range(max_length):
                if self.cell_type == "lstm":
                    h, c, _ = lstm_step_forward(w_embed[word][None], h, c, wx, wh, b)
                else:
                    h, _ = rnn_step_forward(w_embed[word][None], h, wx, wh, b)
                word = int(np.argmax(h[0] @ w_vocab + b_vocab))
                captions[n, t] = word
                if word == self.words["<END>"]:
                    break
        return captions
