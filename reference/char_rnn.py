"""The twin of the language model of characters, and what every language model shares: its loss, its greedy words."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from . import recurrent
from .bridge import Array, tensor
from .captioning import Cell

UNCOUNTED = -1

Scores = Callable[[Tensor], Tensor]


def next_word_loss(scores: Tensor, y: Tensor, by_log_sum_exp: bool = False) -> Tensor:
    """The mean cross entropy of what is asked."""
    rows, labels = scores.flatten(0, 1), y.flatten()
    if not by_log_sum_exp:
        return functional.cross_entropy(rows, labels, ignore_index=UNCOUNTED)
    rows, labels = rows[labels != UNCOUNTED], labels[labels != UNCOUNTED]
    return (torch.logsumexp(rows, 1) - rows.gather(1, labels[:, None])[:, 0]).mean()


def continued(scores: Scores, prompt: Tensor, length: int) -> Tensor:
    """The best word after all that stands there, again and again."""
    text = prompt
    for _ in range(length):
        text = torch.cat([text, scores(text)[:, -1:].argmax(2)], 1)
    return text[:, prompt.shape[1] :]


def scores(x: Tensor, cell_type: str, p: Mapping[str, Tensor]) -> Tensor:
    """Of every next character."""
    hot = functional.one_hot(x, len(p["Wx"])).to(p["Wx"].dtype)
    h0 = torch.zeros(len(x), len(p["Wh"]), dtype=hot.dtype)
    if cell_type == "lstm":
        h = recurrent.lstm_forward(hot, h0, p["Wx"], p["Wh"], p["b"], Cell())
    else:
        h = recurrent.rnn_forward(hot, h0, p["Wx"], p["Wh"], p["b"])
    return functional.linear(h, p["W_vocab"].T, p["b_vocab"])


def loss(x: Tensor, y: Tensor, cell_type: str, **p: Tensor) -> dict[str, Tensor]:
    """The scores and the loss."""
    told = scores(x, cell_type, p)
    return {"scores": told, "loss": next_word_loss(told, y)}


def sample(prompt: Tensor, cell_type: str, length: int, **p: Tensor) -> Tensor:
    """What is written after the prompt."""
    return continued(lambda text: scores(text, cell_type, p), prompt, length).to(p["Wx"].dtype)


class LanguageModel:
    """Parameters loaded from arrays, for a training.

    Args:
        params: by name.
    """

    is_near_a_kink = False  # it has no rectifier

    def __init__(self, params: Mapping[str, Array]) -> None:
        self.params = {name: tensor(value, requires_grad=True) for name, value in params.items()}

    def forward(self, x: Tensor) -> Tensor:
        """The scores of every next word."""
        raise NotImplementedError

    def loss(self, x: Tensor, y: Tensor, _masks: Sequence[Tensor] = (), by_log_sum_exp: bool = False) -> Tensor:
        """The mean cross entropy of what is asked; there are no masks."""
        return next_word_loss(self.forward(x), y, by_log_sum_exp)

    def scores(self, x: Tensor) -> Tensor:
        """The same as :meth:`forward`, without gradients."""
        with torch.no_grad():
            return self.forward(x)


class CharRNN(LanguageModel):
    """The model with a cell of this type."""

    def __init__(self, params: Mapping[str, Array], cell_type: str) -> None:
        super().__init__(params)
        self.cell_type = cell_type

    def forward(self, x: Tensor) -> Tensor:
        """As the function."""
        return scores(x, self.cell_type, self.params)
