"""A network that writes captions, taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def start_of(net: Any) -> int:
    """The number of <START>."""
    return int(net.words["<START>"])


def usual(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Normal values whose variance is one over the inputs."""
    return np.asarray(rng.standard_normal(shape) / shape[0] ** 0.5)


def writer(
    first: Step = start_of,
    fed: Step = lambda best, _read: best,
    said: Step = lambda best, _read: best,
    state: Step = lambda new, _before, _h0: new,
    cell: Step = lambda new: new,
    given: Step = lambda h, c: (h, c),
    scored: Step = lambda new, _before: new,
    best_of: Step = lambda scores: scores.argmax(axis=1),
    written: Step = lambda columns, _net: np.stack(columns, axis=1),
    cut: Step = lambda captions: (captions[:, :-1], captions[:, 1:]),
    mask: Step = lambda _read, said, null: said != null,
    started: Step = lambda h0: h0,
    divided: Step = lambda _said: 1,
    to_words: Step = lambda net, dvectors, kept: net.layers["word_embedding_backward"](dvectors, kept),
    to_start: Step = lambda dh0, _dh: dh0,
    b_proj: Step = lambda dh0: dh0.sum(axis=0),
    drawn: Step = usual,
    biased: Step = np.zeros,
) -> Functions:
    """The class, with some steps replaced: those of sampling first, then those of the loss and of the start."""

    class CaptioningRNN:
        def __init__(
            self,
            word_to_idx: Mapping[str, int],
            input_dim: int = 512,
            wordvec_dim: int = 128,
            hidden_dim: int = 128,
            cell_type: str = "rnn",
            dtype: Any = np.float32,
        ) -> None:
            self.words, self.cell_type, self.layers = word_to_idx, cell_type, donor()
            size, width = len(word_to_idx), hidden_dim * {"rnn": 1, "lstm": 4}[cell_type]
            shapes = {
                **{"W_proj": (input_dim, hidden_dim), "b_proj": (hidden_dim,), "W_embed": (size, wordvec_dim)},
                **{"Wx": (wordvec_dim, width), "Wh": (hidden_dim, width), "b": (width,)},
                **{"W_vocab": (hidden_dim, size), "b_vocab": (size,)},
            }
            rng = np.random.default_rng(0)
            self.params = {
                name: np.asarray(biased(shape) if name.startswith("b") else drawn(rng, shape), dtype)
                for name, shape in shapes.items()
            }

        def loss(self, features: Array, captions: Array) -> Any:
            p, layers = self.params, self.layers
            cell_weights = p["Wx"], p["Wh"], p["b"]
            read, said_words = cut(captions)
            vectors, kept = layers["word_embedding_forward"](read, p["W_embed"])
            h0 = started(features @ p["W_proj"] + p["b_proj"])
            h, steps = layers[f"{self.cell_type}_forward"](vectors, h0, *cell_weights)
            scores, of_scores = layers["temporal_affine_forward"](h, p["W_vocab"], p["b_vocab"])
            counted = mask(read, said_words, self.words["<NULL>"])
            loss, dscores = layers["temporal_softmax_loss"](scores, said_words, counted)
            share = scores.dtype.type(divided(said_words))
            dh, dw_vocab, db_vocab = layers["temporal_affine_backward"](dscores / share, of_scores)
            dvectors, dh0, dwx, dwh, db = layers[f"{self.cell_type}_backward"](dh, steps)
            dh0 = to_start(dh0, dh)
            return loss / share, {
                **{"W_vocab": dw_vocab, "b_vocab": db_vocab, "Wx": dwx, "Wh": dwh, "b": db},
                **{"W_embed": to_words(self, dvectors, kept), "W_proj": features.T @ dh0, "b_proj": b_proj(dh0)},
            }

        def sample(self, features: Array, max_length: int = 30) -> Any:
            p, layers = self.params, self.layers
            cell_weights = p["Wx"], p["Wh"], p["b"]
            h0 = features @ p["W_proj"] + p["b_proj"]
            h, c = h0, np.zeros_like(h0)
            read, columns = np.full(len(features), first(self)), []
            for _ in range(max_length):
                vectors = p["W_embed"][read]
                if self.cell_type == "lstm":
                    new, new_c, _ = layers["lstm_step_forward"](vectors, *given(h, c), *cell_weights)
                    c = cell(new_c)
                else:
                    new, _ = layers["rnn_step_forward"](vectors, h, *cell_weights)
                best = best_of(scored(new, h) @ p["W_vocab"] + p["b_vocab"])
                columns.append(said(best, read))
                read, h = fed(best, read), state(new, h, h0)
            return written(columns, self)

    return {"CaptioningRNN": CaptioningRNN}
