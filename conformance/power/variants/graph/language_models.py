"""Language models as a tape: what is done on the way forward leaves behind it how to undo it."""

import numpy as np
from activations import gelu_backward, gelu_forward
from attention import multi_head_attention_backward, multi_head_attention_forward
from layers import layernorm_backward, layernorm_forward
from positions import positional_encoding_forward
from sequences import (
    lstm_backward,
    lstm_forward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
    temporal_affine_backward,
    temporal_affine_forward,
    word_embedding_backward,
    word_embedding_forward,
)

BLOCK = ["Wq", "Wk", "Wv", "Wo", "bq", "bk", "bv", "bo"]


def cross_entropy(scores, y):
    """The mean over what is asked, and its gradient."""
    places = np.nonzero(y >= 0)
    rows, labels = scores[places], y[places]
    low = rows - rows.max(1, keepdims=True)
    logs = low - np.log(np.exp(low).sum(1, keepdims=True))
    picked = np.arange(len(rows)), labels
    drows = np.exp(logs)
    drows[picked] -= 1
    dscores = np.zeros_like(scores)
    dscores[places] = drows / len(rows)
    return -logs[picked].mean(), dscores


def norm_forward(h, gamma, beta):
    """Every place of every sample is a row."""
    out, cache = layernorm_forward(h.reshape(-1, h.shape[2]), gamma, beta, {})
    return out.reshape(h.shape), cache


def norm_backward(dout, cache):
    dh, dgamma, dbeta = layernorm_backward(dout.reshape(-1, dout.shape[2]), cache)
    return dh.reshape(dout.shape), dgamma, dbeta


class Tape:
    """Layers one after the other."""

    def __init__(self, params):
        self.params, self.undone, self.grads = params, [], {}

    def do(self, h, forward, backward, names):
        """A layer with parameters; the gradients that follow that of its input are theirs."""
        out, cache = forward(h, *(self.params[name] for name in names))

        def undo(dout):
            given = backward(dout, cache)
            dh, *dparams = given if isinstance(given, tuple) else (given,)
            self.grads.update(zip(names, dparams, strict=True))
            return dh

        self.undone.append(undo)
        return out

    def beside(self, h, part):
        """What a part of the tape makes of h, and h itself."""
        start = len(self.undone)
        out = part(h)
        inner = self.undone[start:]
        del self.undone[start:]

        def undo(dout):
            dh = dout
            for each in reversed(inner):
                dh = each(dh)
            return dh + dout

        self.undone.append(undo)
        return h + out

    def back(self, dout):
        """All undone."""
        for undo in reversed(self.undone):
            dout = undo(dout)
        return dout


class TransformerLM:
    """Blocks on a tape."""

    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.depth = heads, layers
        d = width
        shapes = {"W_embed": (vocab_size, d), "W_vocab": (d, vocab_size), "b_vocab": (vocab_size,)}
        shapes |= {"gamma": (d,), "beta": (d,)}
        for i in range(1, layers + 1):
            shapes |= {f"{name}{i}": (d, d) if name[0] == "W" else (d,) for name in BLOCK}
            shapes |= {f"{name}{i}": (d,) for name in ("gamma_a", "beta_a", "gamma_f", "beta_f", "b_out")}
            shapes |= {f"W_in{i}": (d, 4 * d), f"b_in{i}": (4 * d,), f"W_out{i}": (4 * d, d)}
        rng = np.random.default_rng(5)
        self.params = {
            name: (rng.normal(0, weight_scale, s) if name[0] == "W" else np.full(s, float(name[0] == "g"))).astype(
                dtype
            )
            for name, s in shapes.items()
        }

    def loss(self, x, y=None):
        p, tape = self.params, Tape(self.params)
        vectors, words = word_embedding_forward(x, p["W_embed"])
        h = positional_encoding_forward(vectors)[0]
        steps = x.shape[1]
        later = np.arange(steps)[:, None] >= np.arange(steps)

        def attend(normed, *weights):
            out, cache = multi_head_attention_forward(normed, normed, normed, *weights, self.heads, later)
            return out, cache

        def back_through_heads(dout, cache):
            dq, dk, dv, *dweights = multi_head_attention_backward(dout, cache)
            return dq + dk + dv, *dweights

        for i in range(1, self.depth + 1):
            norms = [[f"gamma_{kind}{i}", f"beta_{kind}{i}"] for kind in "af"]

            def of_heads(h, i=i, norms=norms):
                normed = tape.do(h, norm_forward, norm_backward, norms[0])
                return tape.do(normed, attend, back_through_heads, [f"{name}{i}" for name in BLOCK])

            def of_units(h, i=i, norms=norms):
                normed = tape.do(h, norm_forward, norm_backward, norms[1])
                inner = tape.do(normed, temporal_affine_forward, temporal_affine_backward, [f"W_in{i}", f"b_in{i}"])
                active = tape.do(inner, gelu_forward, gelu_backward, [])
                return tape.do(active, temporal_affine_forward, temporal_affine_backward, [f"W_out{i}", f"b_out{i}"])

            h = tape.beside(tape.beside(h, of_heads), of_units)
        h = tape.do(h, norm_forward, norm_backward, ["gamma", "beta"])
        scores = tape.do(h, temporal_affine_forward, temporal_affine_backward, ["W_vocab", "b_vocab"])
        if y is None:
            return scores
        loss, dscores = cross_entropy(scores, y)
        return loss, {"W_embed": word_embedding_backward(tape.back(dscores), words), **tape.grads}

    def sample(self, prompt, length):
        """Into one array."""
        start = prompt.shape[1]
        text = np.zeros((len(prompt), start + length), int)
        text[:, :start] = prompt
        for t in range(start, start + length):
            text[:, t] = np.argmax(self.loss(text[:, :t])[:, t - 1], axis=-1)
        return text[:, start:]


class CharRNN:
    """Characters looked up in Wx by an embedding, whose product with the identity the cell takes."""

    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.cell_type, wide = cell_type, hidden_dim * (4 if cell_type == "lstm" else 1)
        drawn = np.random.default_rng(6).normal
        self.params = {
            "Wx": drawn(0, weight_scale, (vocab_size, wide)).astype(dtype),
            "Wh": drawn(0, weight_scale, (hidden_dim, wide)).astype(dtype),
            "b": np.zeros(wide, dtype),
            "W_vocab": drawn(0, weight_scale, (hidden_dim, vocab_size)).astype(dtype),
            "b_vocab": np.zeros(vocab_size, dtype),
        }

    def loss(self, x, y=None):
        p = self.params
        vectors, words = word_embedding_forward(x, p["Wx"])
        h0 = np.zeros((len(x), len(p["Wh"])), p["Wh"].dtype)
        identity = np.eye(p["Wx"].shape[1], dtype=h0.dtype)
        forward, backward = (rnn_forward, rnn_backward) if self.cell_type == "rnn" else (lstm_forward, lstm_backward)
        h, steps = forward(vectors, h0, identity, p["Wh"], p["b"])
        scores, last = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        if y is None:
            return scores
        loss, dscores = cross_entropy(scores, y)
        dh, dw_vocab, db_vocab = temporal_affine_backward(dscores, last)
        dvectors, _, _, dwh, db = backward(dh, steps)
        dwx = word_embedding_backward(dvectors, words)
        return loss, {"Wx": dwx, "Wh": dwh, "b": db, "W_vocab": dw_vocab, "b_vocab": db_vocab}

    def sample(self, prompt, length):
        """The prompt first, then each character that is the best."""
        p = self.params
        h = np.zeros((len(prompt), len(p["Wh"])), p["Wh"].dtype)
        c = np.zeros_like(h)
        hot = np.eye(len(p["Wx"]), dtype=h.dtype)
        written = []
        for t in range(prompt.shape[1] + length):
            if t >= prompt.shape[1]:
                written.append((h @ p["W_vocab"] + p["b_vocab"]).argmax(1))
            read = hot[prompt[:, t] if t < prompt.shape[1] else written[-1]]
            if self.cell_type == "lstm":
                h, c, _ = lstm_step_forward(read, h, c, p["Wx"], p["Wh"], p["b"])
            else:
                h, _ = rnn_step_forward(read, h, p["Wx"], p["Wh"], p["b"])
        return np.array(written).T
