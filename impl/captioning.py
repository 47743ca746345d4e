"""A network that writes captions: image features start a recurrent network, which says a word at every step."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .affine import affine_backward, affine_forward
from .embedding import (
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)
from .recurrent import (
    lstm_backward,
    lstm_forward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
)
from .validation import Array

GATES = {"rnn": 1, "lstm": 4}


class CaptioningRNN:
    """Features to the first hidden state, words to vectors, a vanilla RNN or an LSTM over them, scores for every word.

    Args:
        word_to_idx: word -> its number, from 0 up; has "<NULL>", "<START>" and perhaps "<END>".
        input_dim: D, of the features.
        wordvec_dim: W, of the word vectors.
        hidden_dim: H, of the hidden state.
        cell_type: "rnn" or "lstm".
        dtype: of parameters and arithmetic.
        seed: of the generator that draws the initial weights.

    Raises:
        ValueError: for a cell type that there is not.

    Source: cs231n assignment 3; Vinyals et al. (2015), Show and Tell.
    """

    def __init__(
        self,
        word_to_idx: Mapping[str, int],
        input_dim: int = 512,
        wordvec_dim: int = 128,
        hidden_dim: int = 128,
        cell_type: str = "rnn",
        dtype: Any = np.float32,
        seed: int | None = None,
    ) -> None:
        if cell_type not in GATES:
            raise ValueError(f"CaptioningRNN: cell_type is {cell_type!r}, expected 'rnn' or 'lstm'")
        self.cell_type = cell_type
        self._null, self._start = word_to_idx["<NULL>"], word_to_idx["<START>"]
        words, width = len(word_to_idx), GATES[cell_type] * hidden_dim
        rng = np.random.default_rng(seed)
        shapes = {
            "W_embed": (words, wordvec_dim),
            "W_proj": (input_dim, hidden_dim),
            "Wx": (wordvec_dim, width),
            "Wh": (hidden_dim, width),
            "W_vocab": (hidden_dim, words),
        }
        self.params = {
            name: (rng.standard_normal(shape) / shape[0] ** 0.5).astype(dtype) for name, shape in shapes.items()
        }
        sizes = {"b_proj": hidden_dim, "b": width, "b_vocab": words}
        self.params |= {name: np.zeros(size, dtype) for name, size in sizes.items()}

    def loss(self, features: Array, captions: Array) -> tuple[float, dict[str, Array]]:
        """The loss of captions, each word predicted from those before it, and its gradients.

        Args:
            features: (N, D), float.
            captions: (N, T + 1), the numbers of words, filled up with <NULL>, which counts for nothing as a target.

        Returns:
            the loss, summed over time and divided by N, and a gradient for every parameter.
        """
        read, said = captions[:, :-1], captions[:, 1:]
        p = self.params
        h0, of_features = affine_forward(features, p["W_proj"], p["b_proj"])
        vectors, of_words = word_embedding_forward(read, p["W_embed"])
        forward, backward = (lstm_forward, lstm_backward) if self.cell_type == "lstm" else (rnn_forward, rnn_backward)
        h, of_steps = forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
        scores, of_scores = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        loss, dscores = temporal_softmax_loss(scores, said, said != self._null)
        grads: dict[str, Array] = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, of_scores)
        dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = backward(dh, of_steps)
        grads["W_embed"] = word_embedding_backward(dvectors, of_words)
        _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, of_features)
        return loss, grads

    def sample(self, features: Array, max_length: int = 30) -> Array:
        """Captions, word by word: the best word at each step is what the next step reads. <START> is not written.

        Args:
            features: (N, D), float.
            max_length: T, the words of a caption.

        Returns:
            captions (N, max_length), the numbers of words.
        """
        p = self.params
        h, _ = affine_forward(features, p["W_proj"], p["b_proj"])
        c, words = np.zeros_like(h), np.full(len(features), self._start)
        captions = np.full((len(features), max_length), self._null)
        for t in range(max_length):
            vectors, _ = word_embedding_forward(words, p["W_embed"])
            if self.cell_type == "lstm":
                h, c, _ = lstm_step_forward(vectors, h, c, p["Wx"], p["Wh"], p["b"])
            else:
                h, _ = rnn_step_forward(vectors, h, p["Wx"], p["Wh"], p["b"])
            scores, _ = affine_forward(h, p["W_vocab"], p["b_vocab"])
            captions[:, t] = words = scores.argmax(axis=1)
        return captions
