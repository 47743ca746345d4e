"""Connectionist temporal classification: the loss of all ways in which a text can stand in a sequence."""

from typing import Any

import numpy as np

from .softmax import log_softmax_axis_forward
from .validation import Array, require_shape

BLANK = 0


def ctc_loss(x: Array, y: Array, lengths: Array) -> tuple[Any, Array]:
    """``loss = -mean over n of log p(y[n])``, p adding up every path that collapses to the text, in logarithms.

    A path has a symbol or a blank at every step; repeated symbols count as one unless a blank stands between them.
    ``dx = (softmax(x) - occupancy) / N``, occupancy being how likely each symbol stands at each step, given the text.

    Args:
        x: (T, N, V), float scores; the symbol 0 is the blank.
        y: (N, L), integers in [1, V), what is behind the length of a text is not looked at.
        lengths: (N,), the lengths of the texts.

    Returns:
        loss (a scalar of x's dtype) and dx (T, N, V).

    Raises:
        ValueError: if y or lengths does not have a text for each sample.

    Source: Graves et al. (2006); torch.nn.functional.ctc_loss(reduction="sum") / N of log-softmax. torch's own "mean"
    divides each loss by the length of its text first.
    """
    require_shape("ctc_loss", "lengths", lengths, x.shape[1:2])
    require_shape("ctc_loss", "y", y, (x.shape[1], y.shape[1]))
    logs, _ = log_softmax_axis_forward(x)
    dx, loss = np.exp(logs), x.dtype.type(0)
    for n, length in enumerate(lengths):
        states = np.full(2 * int(length) + 1, BLANK)
        states[1::2] = y[n, :length]
        own = logs[:, n, states]
        until, after = _paths(own, states), _paths(own[::-1, ::-1], states[::-1])[::-1, ::-1]
        whole = np.logaddexp.reduce(until[-1, -2:])
        loss -= whole
        np.subtract.at(dx[:, n].T, states, np.exp(until + after - own - whole).T)
    return loss / x.dtype.type(len(lengths)), dx / x.dtype.type(len(lengths))


def _paths(own: Array, states: Array) -> Array:
    """The logarithm of all paths up to each state at each step, its own symbol included."""
    skips = np.zeros(len(states), bool)
    skips[2:] = (states[2:] != BLANK) & (states[2:] != states[:-2])
    paths = np.full_like(own, -np.inf)
    paths[0, :2] = own[0, :2]
    for t in range(1, len(own)):
        before = np.concatenate([np.full(2, -np.inf, own.dtype), paths[t - 1]])
        step = np.logaddexp(before[2:], before[1:-1])
        paths[t] = own[t] + np.where(skips, np.logaddexp(step, before[:-2]), step)
    return paths
