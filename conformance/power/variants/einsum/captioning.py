"""A network that writes captions; each word's vector is multiplied by Wx once, before any step."""

import numpy as np
from sequences import half, lstm_backward, lstm_forward, rnn_backward, rnn_forward, temporal_softmax_loss


class CaptioningRNN:
    """One-hot words."""

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        self.index, self.is_lstm = word_to_idx, cell_type == "lstm"
        v, h4 = len(word_to_idx), hidden_dim * (1 + 3 * self.is_lstm)
        w, d, h = wordvec_dim, input_dim, hidden_dim
        shapes = {"W_embed": (v, w), "W_proj": (d, h), "Wx": (w, h4), "Wh": (h, h4), "W_vocab": (h, v)}
        drawn = np.random.default_rng(0).normal
        self.params = {name: drawn(0, (2 / sum(shape)) ** 0.5, shape).astype(dtype) for name, shape in shapes.items()}
        self.params |= {"b_proj": np.zeros(h, dtype), "b": np.ones(h4, dtype), "b_vocab": np.zeros(v, dtype)}

    def loss(self, features, captions):
        """Products by letters."""
        p = self.params
        hot = (captions[:, :-1, None] == np.arange(len(p["W_embed"]))).astype(features.dtype)
        vectors = np.einsum("ntv,vw->ntw", hot, p["W_embed"])
        h0 = np.einsum("nd,dh->nh", features, p["W_proj"]) + p["b_proj"]
        h, kept = (lstm_forward if self.is_lstm else rnn_forward)(vectors, h0, p["Wx"], p["Wh"], p["b"])
        scores = np.einsum("nth,hv->ntv", h, p["W_vocab"]) + p["b_vocab"]
        loss, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self.index["<NULL>"])
        dh = np.einsum("ntv,hv->nth", dscores, p["W_vocab"])
        dvectors, dh0, dwx, dwh, db = (lstm_backward if self.is_lstm else rnn_backward)(dh, kept)
        return loss, {
            "W_vocab": np.einsum("nth,ntv->hv", h, dscores),
            "b_vocab": np.einsum("ntv->v", dscores),
            "W_embed": np.einsum("ntv,ntw->vw", hot, dvectors),
            "W_proj": np.einsum("nd,nh->dh", features, dh0),
            "b_proj": np.einsum("nh->h", dh0),
            "Wx": dwx,
            "Wh": dwh,
            "b": db,
        }

    def sample(self, features, max_length=30):
        """A table of what each word puts into the gates."""
        p = self.params
        table = p["W_embed"] @ p["Wx"] + p["b"]
        h = features @ p["W_proj"] + p["b_proj"]
        c = 0 * h
        captions = [np.full(len(features), self.index["<START>"])]
        for _ in range(max_length):
            a = table[captions[-1]] + h @ p["Wh"]
            if self.is_lstm:
                i, f, o, g = np.split(a, 4, axis=1)
                c = half(f) * c + half(i) * np.tanh(g)
                h = half(o) * np.tanh(c)
            else:
                h = np.tanh(a)
            captions.append(np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1))
        return np.transpose(captions[1:])
