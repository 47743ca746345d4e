"""Attention over a grid of features, and the LSTM that looks at it, by torch's cell."""

import torch
from torch import Tensor

from .recurrent import Conventions, lstm_step_forward


def dot_product_attention_forward(prev_h: Tensor, A: Tensor) -> dict[str, Tensor]:
    """A softmax over all places, and the mean that it weights."""
    scores = torch.einsum("nh,nhpq->npq", prev_h, A) / prev_h.shape[1] ** 0.5
    return _mean(A, torch.softmax(scores.flatten(1), dim=1).view_as(scores))


def dot_product_attention_by_log_sum_exp(prev_h: Tensor, A: Tensor) -> dict[str, Tensor]:
    """The same, each weight by its logarithm."""
    places = A.flatten(2)
    scores = (prev_h[:, None] / prev_h.shape[1] ** 0.5 @ places)[:, 0]
    weights = torch.exp(scores - torch.logsumexp(scores, 1, keepdim=True))
    return _mean(A, weights.view(len(A), *A.shape[2:]))


def attention_lstm_step_forward(
    x: Tensor,
    prev_h: Tensor,
    prev_c: Tensor,
    attn: Tensor,
    Wx: Tensor,
    Wh: Tensor,
    Wattn: Tensor,
    b: Tensor,
    dialect: Conventions,
) -> dict[str, Tensor]:
    """One step of torch.nn.LSTM, of x and attn side by side."""
    both, weights = torch.cat((x, attn), dim=1), torch.cat((Wx, Wattn))
    return lstm_step_forward(both, prev_h, prev_c, weights, Wh, b, dialect)


def attention_lstm_forward(
    x: Tensor, A: Tensor, Wx: Tensor, Wh: Tensor, Wattn: Tensor, b: Tensor, dialect: Conventions
) -> Tensor:
    """Step after step, from the mean of A: the hidden states of every step."""
    h = c = A.mean(dim=(2, 3))
    states = []
    for of_step in x.unbind(dim=1):
        attn = dot_product_attention_forward(h, A)["attn"]
        both = attention_lstm_step_forward(of_step, h, c, attn, Wx, Wh, Wattn, b, dialect)
        h, c = both["next_h"], both["next_c"]
        states.append(h)
    return torch.stack(states, dim=1)


def _mean(A: Tensor, weights: Tensor) -> dict[str, Tensor]:
    return {"attn": torch.einsum("nhpq,npq->nh", A, weights), "attn_weights": weights}
