"""torch's GRU, its weights turned; and the two conventions that torch does not have, step by step."""

from typing import Protocol

import torch
from torch import Tensor


class Conventions(Protocol):
    """What the answers depend on."""

    gru_reset: str
    gru_update: str


def gru_step_forward(
    x: Tensor, prev_h: Tensor, Wx: Tensor, Wh: Tensor, bx: Tensor, bh: Tensor, dialect: Conventions
) -> Tensor:
    """One step."""
    return gru_forward(x[:, None], prev_h, Wx, Wh, bx, bh, dialect)[:, 0]


def gru_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, bx: Tensor, bh: Tensor, dialect: Conventions) -> Tensor:
    """torch.nn.GRU over (N, T, D): the states of every step."""
    if (dialect.gru_reset, dialect.gru_update) == ("after", "keeps"):
        weights = [Wx.T.contiguous(), Wh.T.contiguous(), bx, bh]
        states, _ = torch.gru(x, h0[None].contiguous(), weights, True, 1, 0.0, False, False, True)
        return states
    h, every = h0, []
    for frame in x.unbind(1):
        h = _step(frame, h, Wx, Wh, bx, bh, dialect)
        every.append(h)
    return torch.stack(every, 1)


def _step(x: Tensor, h: Tensor, Wx: Tensor, Wh: Tensor, bx: Tensor, bh: Tensor, dialect: Conventions) -> Tensor:
    a_r, a_z, a_n = (x @ Wx + bx).chunk(3, dim=1)
    c_r, c_z, c_n = (h @ Wh + bh).chunk(3, dim=1)
    r, z = torch.sigmoid(a_r + c_r), torch.sigmoid(a_z + c_z)
    before = (r * h) @ Wh.chunk(3, dim=1)[2] + bh.chunk(3)[2]
    inside = before if dialect.gru_reset == "before" else r * c_n
    n = torch.tanh(a_n + inside)
    return (1 - z) * n + z * h if dialect.gru_update == "keeps" else z * n + (1 - z) * h
