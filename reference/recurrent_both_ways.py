"""torch's recurrent layers in both directions, their gates and biases converted."""

import torch
from torch import Tensor

from .recurrent import Conventions, lstm_weights_of, rnn_by_the_next_number, weights_of


def bidirectional_rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """torch.nn.RNN(bidirectional=True) over (N, T, D): the states of every step."""
    weights = [each for way in range(2) for each in weights_of(Wx[way].T, Wh[way].T, b[way])]
    states, _ = torch.rnn_tanh(x, h0.contiguous(), weights, True, 1, 0.0, False, True, True)
    return states


def bidirectional_rnn_by_the_next_number(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """The same by two of those."""
    onwards, back = (
        rnn_by_the_next_number(each, h0[way], Wx[way], Wh[way], b[way]) for way, each in enumerate((x, x.flip(1)))
    )
    return torch.cat([onwards, back.flip(1)], 2)


def bidirectional_lstm_forward(
    x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor, dialect: Conventions
) -> Tensor:
    """torch.nn.LSTM(bidirectional=True) over (N, T, D), from cells of zeros: the hidden states of every step."""
    weights = [each for way in range(2) for each in lstm_weights_of(Wx[way], Wh[way], b[way], dialect)]
    states = (h0.contiguous(), torch.zeros_like(h0))
    every, _, _ = torch.lstm(x, states, weights, True, 1, 0.0, False, True, True)
    return every
