"""Recurrent layers that read a sequence in both directions.

N samples, T steps, D inputs, H hidden units. The first axis of every state and parameter is the direction: 0 from the
first step to the last, 1 from the last to the first.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .recurrent import lstm_backward, lstm_forward, rnn_backward, rnn_forward
from .validation import Array, require_shape

Cache = tuple[Any, Any, tuple[int, ...]]


def bidirectional_rnn_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Cache]:
    """Two vanilla RNNs over a sequence, one in each direction: h[:, t] has both states at step t side by side.

    Args:
        x: (N, T, D), float.
        h0: (2, N, H), the states before the first step and after the last.
        Wx, Wh, b: (2, D, H), (2, H, H), (2, H).

    Returns:
        h (N, T, 2H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Schuster and Paliwal (1997); torch.nn.RNN(bidirectional=True, batch_first=True).
    """
    return _forward("bidirectional_rnn_forward", rnn_forward, x, h0, Wx, Wh, b)


def bidirectional_rnn_backward(dh: Array, cache: Cache) -> tuple[Array, ...]:
    """Gradients of :func:`bidirectional_rnn_forward`: x is read twice, so both directions add to dx.

    Args:
        dh: (N, T, 2H), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dh0 (2, N, H), dWx (2, D, H), dWh (2, H, H), db (2, H).

    Raises:
        ValueError: if dh does not have the shape of the output.
    """
    return _backward("bidirectional_rnn_backward", rnn_backward, dh, cache)


def bidirectional_lstm_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Cache]:
    """Two LSTMs over a sequence, one in each direction, from cells of zeros; gates i, f, o, g side by side.

    Args:
        x: (N, T, D), float.
        h0: (2, N, H), the states before the first step and after the last.
        Wx, Wh, b: (2, D, 4H), (2, H, 4H), (2, 4H).

    Returns:
        h (N, T, 2H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Graves and Schmidhuber (2005); torch.nn.LSTM(bidirectional=True, batch_first=True).
    """
    return _forward("bidirectional_lstm_forward", lstm_forward, x, h0, Wx, Wh, b)


def bidirectional_lstm_backward(dh: Array, cache: Cache) -> tuple[Array, ...]:
    """Gradients of :func:`bidirectional_lstm_forward`.

    Args:
        dh: (N, T, 2H), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dh0 (2, N, H), dWx (2, D, 4H), dWh (2, H, 4H), db (2, 4H).

    Raises:
        ValueError: if dh does not have the shape of the output.
    """
    return _backward("bidirectional_lstm_backward", lstm_backward, dh, cache)


def _forward(function: str, layer: Callable[..., Any], x: Array, *of_both: Array) -> tuple[Array, Cache]:
    if any(len(each) != len(("there", "back")) for each in of_both):
        raise ValueError(f"{function}: h0 has shape {of_both[0].shape}, expected (2, N, H), one state a direction")
    there, cache = layer(x, *(each[0] for each in of_both))
    back, cache_back = layer(x[:, ::-1], *(each[1] for each in of_both))
    h = np.concatenate((there, back[:, ::-1]), axis=2)
    return h, (cache, cache_back, h.shape)


def _backward(function: str, layer: Callable[..., Any], dh: Array, cache: Cache) -> tuple[Array, ...]:
    there, back, shape = cache
    require_shape(function, "dh", dh, shape)
    dthere, dback = np.split(dh, 2, axis=2)
    dx, *first = layer(dthere, there)
    dx_back, *second = layer(dback[:, ::-1], back)
    return dx + dx_back[:, ::-1], *(np.stack(each) for each in zip(first, second, strict=True))
