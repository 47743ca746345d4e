"""A transformer that says which word comes next: a decoder alone, of any depth, its blocks normalized first."""

from typing import Any

import numpy as np

from .activations_smooth import gelu_backward, gelu_forward
from .attention import multi_head_attention_backward, multi_head_attention_forward
from .char_rnn import Choice, best, next_word_loss
from .embedding import (
    temporal_affine_backward,
    temporal_affine_forward,
    word_embedding_backward,
    word_embedding_forward,
)
from .normalization import layernorm_backward, layernorm_forward
from .positions import positional_encoding_backward, positional_encoding_forward
from .validation import Array

OF_HEADS = ("Wq", "Wk", "Wv", "Wo", "bq", "bk", "bv", "bo")
WIDER = 4  # hidden units of the feed-forward part, for each feature


class TransformerLM:
    """Words to vectors, their positions added, ``layers`` blocks, a last normalization, scores of every word.

        h = h + multi_head_attention(layernorm(h)), no word looks at a later one
        h = h + gelu(layernorm(h) @ W_in + b_in) @ W_out + b_out

    Args:
        vocab_size: V, of how many words there are.
        width: D, of the vectors; even, for the sinusoids of the positions.
        heads: of every attention; divides the width.
        layers: L, how many blocks.
        weight_scale: the standard deviation of the initial weights; biases and shifts start at 0, scales at 1.
        dtype: of parameters and arithmetic.
        seed: of the generator that draws the initial weights.

    Attributes:
        params: W_embed (V, D); of block i from 1 to L gamma_a{i} and beta_a{i}, Wq{i}, Wk{i}, Wv{i}, Wo{i} (D, D) and
            their biases bq{i} to bo{i}, gamma_f{i} and beta_f{i}, W_in{i} (D, 4D), b_in{i}, W_out{i} (4D, D),
            b_out{i}; gamma, beta, W_vocab (D, V), b_vocab.

    Raises:
        ValueError: if the width is odd, or heads does not divide it.

    Source: Vaswani et al. (2017); Radford et al. (2019), GPT-2, with the sinusoids of the former.
    """

    def __init__(
        self,
        vocab_size: int,
        width: int = 128,
        heads: int = 4,
        layers: int = 2,
        weight_scale: float = 0.02,
        dtype: Any = np.float32,
        seed: int | None = None,
    ) -> None:
        if width % 2 or heads < 1 or width % heads:
            raise ValueError(
                f"TransformerLM: width is {width} and heads {heads}, expected an even width and a divisor of it"
            )
        self.heads, self.layers = heads, layers
        rng = np.random.default_rng(seed)
        self.params: dict[str, Array] = {}
        for name, shape in _shapes(vocab_size, width, layers):
            if name.startswith("W"):
                self.params[name] = (weight_scale * rng.standard_normal(shape)).astype(dtype)
            else:
                self.params[name] = (np.ones if name.startswith("gamma") else np.zeros)(shape, dtype)

    def loss(self, x: Array, y: Array | None = None) -> Any:
        """The scores of every next word; with y, the loss and its gradients.

        Args:
            x: (N, T), integers in [0, V), what is read.
            y: (N, T), what comes next, as a rule x one step later; -1 where nothing is asked.

        Returns:
            without y, scores (N, T, V). With y, the mean cross entropy of what is asked, and a gradient for every
            parameter.
        """
        p = self.params
        vectors, of_words = word_embedding_forward(x, p["W_embed"])
        h, of_positions = positional_encoding_forward(vectors)
        blocks = []
        for i in range(1, self.layers + 1):
            h, cache = self._block(h, i)
            blocks.append(cache)
        normed, of_norm = layernorm_forward(h, p["gamma"], p["beta"], {})
        scores, of_scores = temporal_affine_forward(normed, p["W_vocab"], p["b_vocab"])
        if y is None:
            return scores
        loss, dscores = next_word_loss(scores, y)
        grads: dict[str, Array] = {}
        dnormed, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, of_scores)
        dh, grads["gamma"], grads["beta"] = layernorm_backward(dnormed, of_norm)
        for i in range(self.layers, 0, -1):
            dh = self._block_backward(dh, i, blocks.pop(), grads)
        grads["W_embed"] = word_embedding_backward(positional_encoding_backward(dh, of_positions), of_words)
        return loss, grads

    def sample(self, prompt: Array, length: int, choose: Choice | None = None) -> Array:
        """Go on with a text, word by word, each from all that stands before it.

        Args:
            prompt: (N, S), integers in [0, V), what stands there already; S is 1 or more.
            length: how many words to write.
            choose: scores (N, V) -> words (N,); None for the best.

        Returns:
            what is written, (N, length), without the prompt.
        """
        text = prompt
        for _ in range(length):
            word = (choose or best)(self.loss(text)[:, -1])
            text = np.concatenate([text, word[:, np.newaxis]], axis=1)
        return text[:, prompt.shape[1] :]

    def _block(self, h: Array, i: int) -> tuple[Array, tuple[Any, ...]]:
        p = self.params
        seen = np.tril(np.ones((h.shape[1], h.shape[1]), bool))
        normed, of_norm = layernorm_forward(h, p[f"gamma_a{i}"], p[f"beta_a{i}"], {})
        weights = {name: p[f"{name}{i}"] for name in OF_HEADS}
        attended, of_heads = multi_head_attention_forward(
            normed, normed, normed, **weights, heads=self.heads, mask=seen
        )
        h = h + attended
        normed, of_second = layernorm_forward(h, p[f"gamma_f{i}"], p[f"beta_f{i}"], {})
        inner, of_inner = temporal_affine_forward(normed, p[f"W_in{i}"], p[f"b_in{i}"])
        active, of_gelu = gelu_forward(inner)
        out, of_outer = temporal_affine_forward(active, p[f"W_out{i}"], p[f"b_out{i}"])
        return h + out, (of_norm, of_heads, of_second, of_inner, of_gelu, of_outer)

    def _block_backward(self, dout: Array, i: int, cache: tuple[Any, ...], grads: dict[str, Array]) -> Array:
        """What comes out of a block reaches what went in by itself, and through what was added to it, twice."""
        of_norm, of_heads, of_second, of_inner, of_gelu, of_outer = cache
        dactive, grads[f"W_out{i}"], grads[f"b_out{i}"] = temporal_affine_backward(dout, of_outer)
        dinner = gelu_backward(dactive, of_gelu)
        dnormed, grads[f"W_in{i}"], grads[f"b_in{i}"] = temporal_affine_backward(dinner, of_inner)
        dh, grads[f"gamma_f{i}"], grads[f"beta_f{i}"] = layernorm_backward(dnormed, of_second)
        dh = dh + dout
        dq, dk, dv, *of_weights = multi_head_attention_backward(dh, of_heads)
        grads.update(zip((f"{name}{i}" for name in OF_HEADS), of_weights, strict=True))
        dx, grads[f"gamma_a{i}"], grads[f"beta_a{i}"] = layernorm_backward(dq + dk + dv, of_norm)
        return dx + dh


def _shapes(words: int, width: int, layers: int) -> list[tuple[str, tuple[int, ...]]]:
    shapes: list[tuple[str, tuple[int, ...]]] = [("W_embed", (words, width))]
    for i in range(1, layers + 1):
        shapes += [(f"{name}{i}", (width, width) if name.startswith("W") else (width,)) for name in OF_HEADS]
        shapes += [(f"{name}{i}", (width,)) for name in ("gamma_a", "beta_a", "gamma_f", "beta_f", "b_out")]
        shapes += [(f"W_in{i}", (width, WIDER * width)), (f"b_in{i}", (WIDER * width,))]
        shapes += [(f"W_out{i}", (WIDER * width, width))]
    return [*shapes, ("gamma", (width,)), ("beta", (width,)), ("W_vocab", (width, words)), ("b_vocab", (words,))]
