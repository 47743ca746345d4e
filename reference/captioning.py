"""The twin of the network that writes captions: torch's layers, greedy words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from . import embedding, recurrent
from .bridge import Array, tensor

NULL, START = 0, 1


@dataclass
class Cell:
    """The conventions of the layers below, by default."""

    lstm_gates: str = "ifog"
    lstm_forget: str = "none"
    temporal_average: str = "samples"


def loss(features: Tensor, captions: Tensor, cell_type: str, **p: Tensor) -> Tensor:
    """Each word predicted from those before it; summed over time, divided by the samples."""
    read, said = captions[:, :-1], captions[:, 1:]
    h0 = functional.linear(features, p["W_proj"].T, p["b_proj"])
    vectors = embedding.word_embedding_forward(read, p["W_embed"])
    if cell_type == "lstm":
        h = recurrent.lstm_forward(vectors, h0, p["Wx"], p["Wh"], p["b"], Cell())
    else:
        h = recurrent.rnn_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores = embedding.temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    return embedding.temporal_softmax_loss(scores, said, said != NULL, Cell())


def sample(features: Tensor, cell_type: str, max_length: int, **p: Tensor) -> Tensor:
    """The best word at each step, read by the next."""
    h = functional.linear(features, p["W_proj"].T, p["b_proj"])
    c, words, captions = torch.zeros_like(h), torch.full((len(features),), START), []
    for _ in range(max_length):
        vectors = embedding.word_embedding_forward(words, p["W_embed"])
        if cell_type == "lstm":
            states = recurrent.lstm_step_forward(vectors, h, c, p["Wx"], p["Wh"], p["b"], Cell())
            h, c = states["next_h"], states["next_c"]
        else:
            h = recurrent.rnn_step_forward(vectors, h, p["Wx"], p["Wh"], p["b"])
        words = functional.linear(h, p["W_vocab"].T, p["b_vocab"]).argmax(1)
        captions.append(words)
    return torch.stack(captions, 1).to(features.dtype)


class CaptioningRNN:
    """Parameters loaded from arrays, for a training."""

    def __init__(self, params: Mapping[str, Array], cell_type: str) -> None:
        self.params = {name: tensor(value, requires_grad=True) for name, value in params.items()}
        self.cell_type = cell_type

    def loss(self, features: Tensor, captions: Tensor, *_others: Any) -> Tensor:
        """As the function; there are no masks, and no other formula."""
        return loss(features, captions, self.cell_type, **self.params)
