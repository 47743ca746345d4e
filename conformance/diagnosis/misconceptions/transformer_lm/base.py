"""A transformer that says which word comes next, taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.diagnosis.misconceptions.char_rnn.base import asked, drawn, loss_and_gradient, mean
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contracts.transformer_lm import shapes

Step = Callable[..., Any]
OF_HEADS = ("Wq", "Wk", "Wv", "Wo", "bq", "bk", "bv", "bo")


def causal(steps: int) -> Array:
    """True where a word may look."""
    return np.tril(np.ones((steps, steps), bool))


def decoder(
    seen: Step = causal,
    positions: Step = lambda vectors: donor()["positional_encoding_forward"](vectors)[0],
    beside: Step = lambda h, part: h + part,
    carried: Step = lambda dpart, dout: dpart + dout,
    paths: Step = lambda dq, dk, dv: dq + dk + dv,
    of_block: Step = lambda i, _layers: i,
    is_last_normed: bool = True,
    is_activated: bool = True,
    where: Step = asked,
    share: Step = mean,
    to_words: Step = lambda _x, dw, _dvectors: dw,
    read: Step = lambda text, _prompt: text,
    place: Step = lambda scores: scores[:, -1],
    best_of: Step = lambda scores: scores.argmax(axis=1),
    given_back: Step = lambda text, prompt: text[:, prompt.shape[1] :],
    weights: Step = drawn,
    scales: Step = np.ones,
    biases: Step = np.zeros,
) -> Functions:
    """The class, with some steps replaced: those of the loss first, then those of writing and of the start."""

    class TransformerLM:
        def __init__(
            self,
            vocab_size: int,
            width: int = 128,
            heads: int = 4,
            layers: int = 2,
            weight_scale: float = 0.02,
            dtype: Any = np.float32,
        ) -> None:
            self.heads, self.depth, self.layers, rng = heads, layers, donor(), np.random.default_rng(0)
            start = {"W": lambda shape: weights(rng, weight_scale, shape), "g": scales, "b": biases}
            sizes = shapes(vocab_size, width, layers)
            self.params = {name: np.asarray(start[name[0]](shape), dtype) for name, shape in sizes.items()}

        def loss(self, x: Array, y: Array | None = None) -> Any:
            p, layers, undone = self.params, self.layers, []
            vectors, of_words = layers["word_embedding_forward"](x, p["W_embed"])
            h = positions(vectors)
            for i in range(1, self.depth + 1):
                h, undo = self.block(h, i)
                undone.append(undo)
            last = h
            if is_last_normed:
                last, of_norm = layers["layernorm_forward"](h, p["gamma"], p["beta"], {})
            scores, of_scores = layers["temporal_affine_forward"](last, p["W_vocab"], p["b_vocab"])
            if y is None:
                return scores
            loss, dscores = loss_and_gradient(scores, y, where, share)
            grads = {name: np.zeros_like(p[name]) for name in ("gamma", "beta")}
            dh, grads["W_vocab"], grads["b_vocab"] = layers["temporal_affine_backward"](dscores, of_scores)
            if is_last_normed:
                dh, grads["gamma"], grads["beta"] = layers["layernorm_backward"](dh, of_norm)
            for undo in reversed(undone):
                dh, more = undo(dh)
                grads |= {name: grads[name] + each if name in grads else each for name, each in more.items()}
            grads["W_embed"] = to_words(x, layers["word_embedding_backward"](dh, of_words), dh)
            return loss, {**{name: np.zeros_like(w) for name, w in p.items()}, **grads}

        def block(self, h: Array, number: int) -> tuple[Array, Callable[[Array], Any]]:
            layers, i = self.layers, of_block(number, self.depth)
            own = {name: self.params[f"{name}{i}"] for name in (*OF_HEADS, "W_in", "b_in", "W_out", "b_out")}
            norms = [(self.params[f"gamma_{part}{i}"], self.params[f"beta_{part}{i}"]) for part in "af"]
            normed, of_norm = layers["layernorm_forward"](h, *norms[0], {})
            of_heads = [own[name] for name in OF_HEADS]
            part, kept = layers["multi_head_attention_forward"](
                normed, normed, normed, *of_heads, self.heads, seen(h.shape[1])
            )
            h = beside(h, part)
            normed, of_second = layers["layernorm_forward"](h, *norms[1], {})
            inner, of_inner = layers["temporal_affine_forward"](normed, own["W_in"], own["b_in"])
            active, of_gelu = layers["gelu_forward"](inner) if is_activated else (inner, None)
            part, of_outer = layers["temporal_affine_forward"](active, own["W_out"], own["b_out"])

            def undo(dout: Array) -> Any:
                g: dict[str, Array] = {}
                dactive, g["W_out"], g["b_out"] = layers["temporal_affine_backward"](dout, of_outer)
                dinner = layers["gelu_backward"](dactive, of_gelu) if is_activated else dactive
                dnormed, g["W_in"], g["b_in"] = layers["temporal_affine_backward"](dinner, of_inner)
                dpart, g["gamma_f"], g["beta_f"] = layers["layernorm_backward"](dnormed, of_second)
                dh = carried(dpart, dout)
                dq, dk, dv, *rest = layers["multi_head_attention_backward"](dh, kept)
                g |= dict(zip(OF_HEADS, rest, strict=True))
                dpart, g["gamma_a"], g["beta_a"] = layers["layernorm_backward"](paths(dq, dk, dv), of_norm)
                return carried(dpart, dh), {f"{name}{i}": each for name, each in g.items()}

            return beside(h, part), undo

        def sample(self, prompt: Array, length: int) -> Any:
            text = prompt
            for _ in range(length):
                word = best_of(place(self.loss(read(text, prompt))))
                text = np.concatenate([text, word[:, np.newaxis]], axis=1)
            return given_back(text, prompt)

    return {"TransformerLM": TransformerLM}
