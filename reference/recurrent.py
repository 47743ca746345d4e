"""torch's recurrent layers, their gates and biases converted: torch has (out, in), i f g o, and two biases."""

from typing import Protocol

import torch
from torch import Tensor

PLACES = {"ifog": (0, 1, 3, 2), "ifgo": (0, 1, 2, 3), "fgio": (2, 0, 1, 3)}  # where torch's i, f, g, o stand


class Conventions(Protocol):
    """What the answers depend on."""

    lstm_gates: str
    lstm_forget: str


def rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """torch.nn.RNN over (N, T, D): the states of every step."""
    states, _ = torch.rnn_tanh(x, h0[None], weights_of(Wx.T, Wh.T, b), True, 1, 0.0, False, False, True)
    return states


def rnn_by_the_next_number(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """The same step by step, every state the next number to 0, and the gradient that belongs to it.

    Near its ends tanh is flat: all float32 runs round a state there to the same number, and ``1 - h * h`` has that
    error many times over. Runs that were lucky once would not show what the formula loses.
    """
    h, states = h0, []
    for frame in x.unbind(1):
        a = frame @ Wx + h @ Wh + b
        state = torch.tanh(a.detach())
        state = state.nextafter(torch.zeros_like(state))
        h = state + (1 - state * state) * (a - a.detach())
        states.append(h)
    return torch.stack(states, 1)


def rnn_step_forward(x: Tensor, prev_h: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """One step."""
    return rnn_forward(x[:, None], prev_h, Wx, Wh, b)[:, 0]


def rnn_step_by_the_next_number(x: Tensor, prev_h: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """One step of that."""
    return rnn_by_the_next_number(x[:, None], prev_h, Wx, Wh, b)[:, 0]


def lstm_step_forward(
    x: Tensor, prev_h: Tensor, prev_c: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor, dialect: Conventions
) -> dict[str, Tensor]:
    """One step of torch.nn.LSTM: both states."""
    _, next_h, next_c = _lstm(x[:, None], prev_h, prev_c, Wx, Wh, b, dialect)
    return {"next_h": next_h[0], "next_c": next_c[0]}


def lstm_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor, dialect: Conventions) -> Tensor:
    """torch.nn.LSTM over (N, T, D), from a cell of zeros: the hidden states of every step."""
    states, _, _ = _lstm(x, h0, torch.zeros_like(h0), Wx, Wh, b, dialect)
    return states


def _lstm(
    x: Tensor, h0: Tensor, c0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor, dialect: Conventions
) -> tuple[Tensor, Tensor, Tensor]:
    states = (h0[None].contiguous(), c0[None].contiguous())
    weights = lstm_weights_of(Wx, Wh, b, dialect)
    every, last_h, last_c = torch.lstm(x, states, weights, True, 1, 0.0, False, False, True)
    return every, last_h, last_c


def lstm_weights_of(Wx: Tensor, Wh: Tensor, b: Tensor, dialect: Conventions) -> list[Tensor]:
    """Torch's four of an LSTM, what is added to the forget gate in its bias."""
    wx, wh, bias = (as_torch(each, dialect.lstm_gates) for each in (Wx, Wh, b))
    if dialect.lstm_forget == "one":
        bias = bias + torch.tensor([0.0, 1, 0, 0], dtype=b.dtype).repeat_interleave(len(Wh))
    return weights_of(wx.T, wh.T, bias)


def as_torch(side_by_side: Tensor, order: str) -> Tensor:
    """The gates in torch's order, i f g o."""
    gates = side_by_side.chunk(4, dim=-1)
    return torch.cat([gates[place] for place in PLACES[order]], dim=-1)


def weights_of(wx: Tensor, wh: Tensor, b: Tensor) -> list[Tensor]:
    """Torch's four, (out, in); the second bias is 0."""
    return [wx.contiguous(), wh.contiguous(), b, torch.zeros_like(b)]
