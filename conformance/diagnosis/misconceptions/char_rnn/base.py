"""A language model of characters, taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
GATES = {"rnn": 1, "lstm": 4}


def asked(y: Array) -> Array:
    """Where a word is asked for."""
    return np.asarray(y >= 0)


def mean(_scores: Array, is_asked: Array) -> float:
    """What the sum over all that is asked is divided by."""
    return float(is_asked.sum())


def loss_and_gradient(scores: Array, y: Array, where: Step, share: Step) -> tuple[float, Array]:
    """Cross entropy where a word is asked for, and its gradient by the scores."""
    is_asked = where(y)
    total, dscores = donor()["temporal_softmax_loss"](scores, y, is_asked)
    by = scores.dtype.type(len(y) / share(scores, is_asked))
    return total * float(by), dscores * by


def drawn(rng: np.random.Generator, scale: float, shape: tuple[int, ...]) -> Array:
    """Weights to start with."""
    return scale * rng.standard_normal(shape)


def reader(
    where: Step = asked,
    share: Step = mean,
    first: Step = np.zeros,
    through: Step = lambda hot: hot,
    to_table: Step = lambda _x, dwx, _dh: dwx,
    read_first: Step = lambda prompt: prompt,
    fed: Step = lambda best, _prompt: best,
    state: Step = lambda new: new,
    cell: Step = lambda new: new,
    best_of: Step = lambda scores: scores.argmax(axis=1),
    given_back: Step = lambda _prompt, columns: np.stack(columns, axis=1),
    weights: Step = drawn,
    biases: Step = np.zeros,
) -> Functions:
    """The class, with some steps replaced: those of the loss first, then those of writing and of the start."""

    class CharRNN:
        def __init__(
            self,
            vocab_size: int,
            hidden_dim: int = 128,
            cell_type: str = "rnn",
            weight_scale: float = 0.1,
            dtype: Any = np.float32,
        ) -> None:
            self.cell_type, self.layers, width = cell_type, donor(), GATES[cell_type] * hidden_dim
            rng = np.random.default_rng(0)
            shapes = {"Wx": (vocab_size, width), "Wh": (hidden_dim, width), "W_vocab": (hidden_dim, vocab_size)}
            start = {name: weights(rng, weight_scale, shape) for name, shape in shapes.items()}
            start |= {"b": biases(width), "b_vocab": biases(vocab_size)}
            self.params = {name: np.asarray(value, dtype) for name, value in start.items()}

        def loss(self, x: Array, y: Array | None = None) -> Any:
            p, layers = self.params, self.layers
            hot = through(np.eye(len(p["Wx"]), dtype=p["Wx"].dtype)[x])
            h0 = np.asarray(first((len(x), len(p["Wh"]))), hot.dtype)
            h, steps = layers[f"{self.cell_type}_forward"](hot, h0, p["Wx"], p["Wh"], p["b"])
            scores, of_scores = layers["temporal_affine_forward"](h, p["W_vocab"], p["b_vocab"])
            if y is None:
                return scores
            loss, dscores = loss_and_gradient(scores, y, where, share)
            dh, dw_vocab, db_vocab = layers["temporal_affine_backward"](dscores, of_scores)
            dhot, _, dwx, dwh, db = layers[f"{self.cell_type}_backward"](dh, steps)
            dwx = to_table(x, dwx, dhot)
            return loss, {"Wx": dwx, "Wh": dwh, "b": db, "W_vocab": dw_vocab, "b_vocab": db_vocab}

        def sample(self, prompt: Array, length: int) -> Any:
            p, prompt = self.params, read_first(prompt)
            h = np.zeros((len(prompt), len(p["Wh"])), p["Wh"].dtype)
            c = np.zeros_like(h)
            columns: list[Array] = []
            for t in range(prompt.shape[1] + length - 1):
                read = prompt[:, t] if t < prompt.shape[1] else fed(columns[-1], prompt)
                hot = np.eye(len(p["Wx"]), dtype=h.dtype)[read]
                if self.cell_type == "lstm":
                    h, c, _ = self.layers["lstm_step_forward"](hot, h, c, p["Wx"], p["Wh"], p["b"])
                else:
                    h, _ = self.layers["rnn_step_forward"](hot, h, p["Wx"], p["Wh"], p["b"])
                if t >= prompt.shape[1] - 1:
                    columns.append(best_of(h @ p["W_vocab"] + p["b_vocab"]))
                h, c = state(h), cell(c)
            return given_back(prompt, columns)

    return {"CharRNN": CharRNN}
