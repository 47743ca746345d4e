"""Language models that read text by text and write word by word, made of the layers of this hand."""

import numpy as np
from activations import gelu_backward, gelu_forward
from attention import multi_head_attention_backward, multi_head_attention_forward
from sequence_blocks import rowwise, rowwise_back
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

OF_HEADS = [f"{kind}{which}" for kind in "Wb" for which in "qkvo"]


def beginning(shapes, scale, dtype):
    """One parameter after the other."""
    rng, params = np.random.default_rng(5), {}
    for name, shape in shapes:
        value = np.zeros(shape)
        if name.startswith("gamma"):
            value += 1
        if name.startswith("W"):
            for place in np.ndindex(value.shape):
                value[place] = scale * rng.standard_normal()
        params[name] = value.astype(dtype)
    return params


def of_next_word(scores, y):
    """The mean over what is asked, place by place."""
    places = [place for place in np.ndindex(y.shape) if y[place] >= 0]
    loss, dscores = 0.0, np.zeros_like(scores)
    for place in places:
        row = scores[place] - scores[place].max()
        powers = np.exp(row)
        loss += (np.log(powers.sum()) - row[y[place]]) / len(places)
        dscores[place] = powers / powers.sum()
        dscores[place][y[place]] -= 1
        dscores[place] /= len(places)
    return loss, dscores


def place_codes(steps, width, dtype):
    """A sine and a cosine of every pair."""
    codes = np.zeros((steps, width), dtype)
    for t in range(steps):
        for pair in range(width // 2):
            angle = t / 10000 ** (2 * pair / width)
            codes[t, 2 * pair], codes[t, 2 * pair + 1] = np.sin(angle), np.cos(angle)
    return codes


class CharRNN:
    """A column of zeros with a one in it for each character."""

    def __init__(self, vocab_size, hidden_dim=128, cell_type="rnn", weight_scale=0.1, dtype=np.float32):
        self.cell = cell_type
        wide = hidden_dim if cell_type == "rnn" else 4 * hidden_dim
        self.params = beginning(
            [
                ("Wx", (vocab_size, wide)),
                ("Wh", (hidden_dim, wide)),
                ("b", (wide,)),
                ("W_vocab", (hidden_dim, vocab_size)),
                ("b_vocab", (vocab_size,)),
            ],
            weight_scale,
            dtype,
        )

    def marked(self, x):
        """The columns."""
        p = self.params
        columns = np.zeros((*x.shape, p["Wx"].shape[0]), p["Wx"].dtype)
        for place in np.ndindex(x.shape):
            columns[place][x[place]] = 1
        return columns

    def loss(self, x, y=None):
        p = self.params
        nothing = np.zeros((x.shape[0], p["Wh"].shape[0]), p["Wh"].dtype)
        forward = rnn_forward if self.cell == "rnn" else lstm_forward
        h, read = forward(self.marked(x), nothing, p["Wx"], p["Wh"], p["b"])
        scores, said = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        if y is None:
            return scores
        loss, dscores = of_next_word(scores, y)
        grads = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, said)
        backward = rnn_backward if self.cell == "rnn" else lstm_backward
        grads["Wx"], grads["Wh"], grads["b"] = backward(dh, read)[2:]
        return loss, grads

    def sample(self, prompt, length):
        """Text by text."""
        written = np.zeros((prompt.shape[0], length), int)
        for n in range(prompt.shape[0]):
            written[n] = self.go_on(list(prompt[n]), length)
        return written

    def go_on(self, words, length):
        p, begin = self.params, len(words)
        h = c = np.zeros((1, p["Wh"].shape[0]), p["Wh"].dtype)
        for t in range(begin + length - 1):
            hot = self.marked(np.array([words[t]]))
            if self.cell == "rnn":
                h, _ = rnn_step_forward(hot, h, p["Wx"], p["Wh"], p["b"])
            else:
                h, c, _ = lstm_step_forward(hot, h, c, p["Wx"], p["Wh"], p["b"])
            if t >= begin - 1:
                words.append(int(np.argmax(h[0] @ p["W_vocab"] + p["b_vocab"])))
        return words[begin:]


class TransformerLM:
    """Blocks as a list of what each of them remembers."""

    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.layers = heads, layers
        shapes = [("W_embed", (vocab_size, width)), ("gamma", (width,)), ("beta", (width,))]
        shapes += [("W_vocab", (width, vocab_size)), ("b_vocab", (vocab_size,))]
        for i in range(1, layers + 1):
            shapes += [(f"{name}{i}", (width, width)[: 2 if name[0] == "W" else 1]) for name in OF_HEADS]
            shapes += [(f"{kind}_{part}{i}", (width,)) for kind in ("gamma", "beta") for part in "af"]
            shapes += [(f"W_in{i}", (width, 4 * width)), (f"b_in{i}", (4 * width,))]
            shapes += [(f"W_out{i}", (4 * width, width)), (f"b_out{i}", (width,))]
        self.params = beginning(shapes, weight_scale, dtype)

    def loss(self, x, y=None):
        p = self.params
        vectors, read = word_embedding_forward(x, p["W_embed"])
        h = vectors + place_codes(x.shape[1], vectors.shape[2], vectors.dtype)
        kept = []
        for i in range(1, self.layers + 1):
            h, cache = self.block(h, i)
            kept.append(cache)
        normed, of_norm = rowwise(h, p["gamma"], p["beta"])
        scores, said = temporal_affine_forward(normed, p["W_vocab"], p["b_vocab"])
        if y is None:
            return scores
        loss, dscores = of_next_word(scores, y)
        grads = {}
        dnormed, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, said)
        dh, grads["gamma"], grads["beta"] = rowwise_back(dnormed, of_norm)
        for i in range(self.layers, 0, -1):
            dh = self.block_back(dh, i, kept[i - 1], grads)
        grads["W_embed"] = word_embedding_backward(dh, read)
        return loss, grads

    def block(self, h, i):
        """Attention, then the hidden layer, each beside what it is added to."""
        p, steps = self.params, h.shape[1]
        earlier = np.zeros((steps, steps), bool)
        for t in range(steps):
            earlier[t, : t + 1] = True
        normed, of_first = rowwise(h, p[f"gamma_a{i}"], p[f"beta_a{i}"])
        of_heads = [p[f"{name}{i}"] for name in OF_HEADS]
        looked, of_looking = multi_head_attention_forward(normed, normed, normed, *of_heads, self.heads, earlier)
        h = h + looked
        normed, of_second = rowwise(h, p[f"gamma_f{i}"], p[f"beta_f{i}"])
        inner, of_inner = temporal_affine_forward(normed, p[f"W_in{i}"], p[f"b_in{i}"])
        active, of_active = gelu_forward(inner)
        more, of_outer = temporal_affine_forward(active, p[f"W_out{i}"], p[f"b_out{i}"])
        return h + more, (of_first, of_looking, of_second, of_inner, of_active, of_outer)

    def block_back(self, dout, i, cache, grads):
        of_first, of_looking, of_second, of_inner, of_active, of_outer = cache
        dactive, grads[f"W_out{i}"], grads[f"b_out{i}"] = temporal_affine_backward(dout, of_outer)
        dinner = gelu_backward(dactive, of_active)
        dnormed, grads[f"W_in{i}"], grads[f"b_in{i}"] = temporal_affine_backward(dinner, of_inner)
        dh, grads[f"gamma_f{i}"], grads[f"beta_f{i}"] = rowwise_back(dnormed, of_second)
        dh = dh + dout
        back = multi_head_attention_backward(dh, of_looking)
        for name, grad in zip(OF_HEADS, back[3:], strict=True):
            grads[f"{name}{i}"] = grad
        dx, grads[f"gamma_a{i}"], grads[f"beta_a{i}"] = rowwise_back(back[0] + back[1] + back[2], of_first)
        return dh + dx

    def sample(self, prompt, length):
        """Word by word, each text on its own."""
        written = np.zeros((prompt.shape[0], length), int)
        for n in range(prompt.shape[0]):
            text = prompt[n : n + 1]
            for k in range(length):
                written[n, k] = np.argmax(self.loss(text)[0, -1])
                text = np.concatenate([text, written[n : n + 1, k : k + 1]], axis=1)
        return written
