"""A language model of characters: a vanilla RNN or an LSTM reads one at a time and says which comes next."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .embedding import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss
from .recurrent import (
    lstm_backward,
    lstm_forward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
)
from .validation import Array, require_shape

GATES = {"rnn": 1, "lstm": 4}
UNCOUNTED = -1

Choice = Callable[[Array], Array]


class CharRNN:
    """Characters as one-hot rows into a recurrent cell, from a state of zeros; scores of every character at each step.

    Args:
        vocab_size: V, of how many characters there are.
        hidden_dim: H, of the hidden state.
        cell_type: "rnn" or "lstm".
        weight_scale: the standard deviation of the initial weights; biases start at 0.
        dtype: of parameters and arithmetic.
        seed: of the generator that draws the initial weights.

    Attributes:
        params: Wx (V, gH), Wh (H, gH), b (gH,), W_vocab (H, V), b_vocab (V,); g is 1, or 4 gates side by side.

    Raises:
        ValueError: for a cell type that there is not.

    Source: Karpathy (2015), min-char-rnn; torch.nn.RNN and LSTM.
    """

    def __init__(
        self,
        vocab_size: int,
        hidden_dim: int = 128,
        cell_type: str = "rnn",
        weight_scale: float = 0.1,
        dtype: Any = np.float32,
        seed: int | None = None,
    ) -> None:
        if cell_type not in GATES:
            raise ValueError(f"CharRNN: cell_type is {cell_type!r}, expected 'rnn' or 'lstm'")
        self.cell_type = cell_type
        rng, width = np.random.default_rng(seed), GATES[cell_type] * hidden_dim
        shapes = {"Wx": (vocab_size, width), "Wh": (hidden_dim, width), "W_vocab": (hidden_dim, vocab_size)}
        self.params = {
            name: (weight_scale * rng.standard_normal(shape)).astype(dtype) for name, shape in shapes.items()
        }
        self.params |= {"b": np.zeros(width, dtype), "b_vocab": np.zeros(vocab_size, dtype)}

    def loss(self, x: Array, y: Array | None = None) -> Any:
        """The scores of every next character; with y, the loss and its gradients.

        Args:
            x: (N, T), integers in [0, V), what is read.
            y: (N, T), what comes next, as a rule x one step later; -1 where nothing is asked.

        Returns:
            without y, scores (N, T, V). With y, the mean cross entropy of what is asked, and a gradient for every
            parameter.
        """
        p = self.params
        hot = np.eye(len(p["Wx"]), dtype=p["Wx"].dtype)[x]
        h0 = np.zeros((len(x), len(p["Wh"])), hot.dtype)
        forward, backward = (lstm_forward, lstm_backward) if self.cell_type == "lstm" else (rnn_forward, rnn_backward)
        h, of_steps = forward(hot, h0, p["Wx"], p["Wh"], p["b"])
        scores, of_scores = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        if y is None:
            return scores
        loss, dscores = next_word_loss(scores, y)
        grads: dict[str, Array] = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, of_scores)
        _, _, grads["Wx"], grads["Wh"], grads["b"] = backward(dh, of_steps)
        return loss, grads

    def sample(self, prompt: Array, length: int, choose: Choice | None = None) -> Array:
        """Go on with a text, character by character; each one that is written is what the next step reads.

        Args:
            prompt: (N, S), integers in [0, V), what is read first; S is 1 or more.
            length: how many characters to write.
            choose: scores (N, V) -> characters (N,); None for the best.

        Returns:
            what is written, (N, length), without the prompt.
        """
        p = self.params
        h = np.zeros((len(prompt), len(p["Wh"])), p["Wh"].dtype)
        c = h
        written: list[Array] = []
        for t in range(prompt.shape[1] + length - 1):
            read = prompt[:, t] if t < prompt.shape[1] else written[-1]
            hot = np.eye(len(p["Wx"]), dtype=h.dtype)[read]
            if self.cell_type == "lstm":
                h, c, _ = lstm_step_forward(hot, h, c, p["Wx"], p["Wh"], p["b"])
            else:
                h, _ = rnn_step_forward(hot, h, p["Wx"], p["Wh"], p["b"])
            if t >= prompt.shape[1] - 1:
                written.append((choose or best)(h @ p["W_vocab"] + p["b_vocab"]))
        return np.stack(written, axis=1)


def best(scores: Array) -> Array:
    """The word with the highest score, of every row."""
    return np.asarray(scores.argmax(axis=1))


def next_word_loss(scores: Array, y: Array) -> tuple[float, Array]:
    """The mean cross entropy of scores (N, T, V) where y (N, T) is not -1, and its gradient by the scores.

    Raises:
        ValueError: if y has another shape, or asks for nothing.
    """
    require_shape("loss", "y", y, scores.shape[:2])
    is_asked = y != UNCOUNTED
    if not is_asked.any():
        raise ValueError("loss: y is -1 throughout, expected a word to predict")
    loss, dscores = temporal_softmax_loss(scores, np.where(is_asked, y, 0), is_asked)
    share = len(y) / int(is_asked.sum())  # the sum over time was divided by the samples
    return loss * share, dscores * scores.dtype.type(share)
