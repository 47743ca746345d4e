"""Recurrent layers: the vanilla RNN and the LSTM, one step and a whole sequence.

N samples, T steps, D inputs, H hidden units. The gates of the LSTM lie side by side in one matrix, in the order i, f,
o, g: input, forget and output gate, and what is written into the cell.
"""

import math
from collections.abc import Sized
from typing import Any

import numpy as np

from .validation import Array, require_shape

RnnCache = tuple[Array, Array, Array, Array, Array]


def rnn_step_forward(x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, RnnCache]:
    """One step of a vanilla RNN: ``next_h = tanh(x @ Wx + prev_h @ Wh + b)``.

    Args:
        x: (N, D), float.
        prev_h: (N, H), the hidden state before.
        Wx, Wh, b: (D, H), (H, H), (H,).

    Returns:
        next_h (N, H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Elman (1990); torch.nn.RNNCell, its two biases in one.
    """
    _require("rnn_step_forward", x, prev_h, Wx, Wh, b, gates=1)
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h: Array, cache: RnnCache) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`rnn_step_forward`: with ``da = dnext_h * (1 - next_h**2)``, ``dx = da @ Wx.T`` and so on.

    Args:
        dnext_h: (N, H), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, D), dprev_h (N, H), dWx (D, H), dWh (H, H), db (H,).

    Raises:
        ValueError: if dnext_h does not have the shape of next_h.
    """
    x, prev_h, Wx, Wh, next_h = cache
    require_shape("rnn_step_backward", "dnext_h", dnext_h, next_h.shape)
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, list[RnnCache]]:
    """A vanilla RNN over a sequence: ``h[:, t] = tanh(x[:, t] @ Wx + h[:, t - 1] @ Wh + b)``, from h0.

    Args:
        x: (N, T, D), float.
        h0: (N, H), the hidden state before the first step.
        Wx, Wh, b: (D, H), (H, H), (H,).

    Returns:
        h (N, T, H), the state after every step, and the cache of each.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: torch.nn.RNN(batch_first=True), its two biases in one.
    """
    _require_sequence("rnn_forward", x)
    states, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def rnn_backward(dh: Array, cache: list[RnnCache]) -> tuple[Array, Array, Array, Array, Array]:
    """Back-propagation through time: what reaches a state comes from above, dh[:, t], and from the step after it.

    Args:
        dh: (N, T, H), the upstream gradient of every state.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dh0 (N, H), dWx (D, H), dWh (H, H), db (H,), the last three summed over the steps.

    Raises:
        ValueError: if dh has not as many steps as the cache.
    """
    _require_steps("rnn_backward", dh, cache)
    dx, dh_after, sums = [], np.zeros_like(dh[:, 0]), None
    for t in reversed(range(dh.shape[1])):
        dx_t, dh_after, *of_weights = rnn_step_backward(dh[:, t] + dh_after, cache[t])
        dx.append(dx_t)
        sums = _added(sums, of_weights)
    assert sums is not None
    return np.stack(dx[::-1], axis=1), dh_after, sums[0], sums[1], sums[2]


def lstm_step_forward(
    x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array
) -> tuple[Array, Array, tuple[Any, ...]]:
    """One step of an LSTM, with ``a = x @ Wx + prev_h @ Wh + b`` cut into a_i, a_f, a_o, a_g.

        i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), tanh(a_g)
        next_c = f * prev_c + i * g
        next_h = o * tanh(next_c)

    Args:
        x: (N, D), float.
        prev_h, prev_c: (N, H), hidden and cell state before.
        Wx, Wh, b: (D, 4H), (H, 4H), (4H,), the gates side by side.

    Returns:
        next_h (N, H), next_c (N, H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Hochreiter and Schmidhuber (1997), Gers et al. (2000); torch.nn.LSTMCell, whose order is i, f, g, o.
    """
    _require("lstm_step_forward", x, prev_h, Wx, Wh, b, gates=4)
    require_shape("lstm_step_forward", "prev_c", prev_c, prev_h.shape)
    gates = _halved(x @ Wx + prev_h @ Wh + b)
    next_c, tanh_c, next_h = np.empty((3, *prev_c.shape), gates.dtype)
    _through_gates(gates, prev_c, next_c, tanh_c, next_h)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, gates, tanh_c)


def lstm_step_backward(
    dnext_h: Array, dnext_c: Array, cache: tuple[Any, ...]
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Gradients of :func:`lstm_step_forward`. The cell is reached by both: ``dc = dnext_c + dnext_h * o * tanh'(c)``.

    Args:
        dnext_h, dnext_c: (N, H), the upstream gradients of both states.
        cache: what the forward returned.

    Returns:
        dx (N, D), dprev_h (N, H), dprev_c (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,).

    Raises:
        ValueError: if an upstream gradient does not have the shape of its state.
    """
    x, prev_h, prev_c, Wx, Wh, gates, tanh_c = cache
    require_shape("lstm_step_backward", "dnext_h", dnext_h, prev_h.shape)
    require_shape("lstm_step_backward", "dnext_c", dnext_c, prev_h.shape)
    da = np.empty(gates.shape, dnext_h.dtype)
    dprev_c = _back_through_gates(dnext_h, dnext_c, prev_c, gates, tanh_c, da)
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Any]:
    """An LSTM over a sequence, from the hidden state h0 and a cell of zeros.

    Args:
        x: (N, T, D), float.
        h0: (N, H), the hidden state before the first step.
        Wx, Wh, b: (D, 4H), (H, 4H), (4H,).

    Returns:
        h (N, T, H), the hidden state after every step, and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: torch.nn.LSTM(batch_first=True).
    """
    _require_sequence("lstm_forward", x)
    _require("lstm_forward", x[:, 0], h0, Wx, Wh, b, gates=4)
    samples, length, width = x.shape
    hidden = h0.shape[1]
    # What enters a step stands side by side, x before h, step after step: so one product serves all steps at once.
    entering, gates, c, tanh_c = _in_one_block(
        (length + 1, samples), (width + hidden, 4 * hidden, hidden, hidden), np.result_type(x, Wx)
    )
    entering[:-1, :, :width] = x.swapaxes(0, 1)
    h = entering[:, :, width:]
    c[0], h[0] = 0, h0
    entering, gates = entering[:-1], gates[:-1]
    halved = _halved(Wh)
    np.matmul(_rows(entering)[:, :width], _halved(Wx), out=_rows(gates))
    gates += _halved(b)
    for t in range(length):
        gates[t] += h[t] @ halved
        _through_gates(gates[t], c[t], c[t + 1], tanh_c[t], h[t + 1])
    return h[1:].swapaxes(0, 1), (entering, Wx, Wh, gates, c, tanh_c)


def lstm_backward(dh: Array, cache: Any) -> tuple[Array, Array, Array, Array, Array]:
    """Back-propagation through time: both states carry a gradient to the step before.

    Args:
        dh: (N, T, H), the upstream gradient of every hidden state.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dh0 (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,).

    Raises:
        ValueError: if dh has not as many steps as the cache.
    """
    entering, Wx, Wh, gates, c, tanh_c = cache
    _require_steps("lstm_backward", dh, gates)
    da, back = np.empty(gates.shape, dh.dtype), np.ascontiguousarray(Wh.T)
    dh_after = dc_after = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(da))):
        dc_after = _back_through_gates(dh[:, t] + dh_after, dc_after, c[t], gates[t], tanh_c[t], da[t])
        dh_after = da[t] @ back
    flat = _rows(da)
    dx = (flat @ Wx.T).reshape(*da.shape[:2], len(Wx)).swapaxes(0, 1)
    dWx, dWh = np.split(_rows(entering).T @ flat, [len(Wx)])  # summed over the steps
    return dx, dh_after, dWx, dWh, flat.sum(axis=0)


def _halved(a: Array) -> Array:
    """What the gates are told, for one tanh: ``sigmoid(a) = (1 + tanh(a / 2)) / 2``, which cannot overflow.

    The last of the four, g, is a tanh as it is. Of weights, their columns.
    """
    halved = a.copy()
    halved[..., : 3 * (a.shape[-1] // 4)] *= 0.5
    return halved


def _through_gates(a: Array, prev_c: Array, next_c: Array, tanh_c: Array, next_h: Array) -> None:
    """The states after a step are written where they belong; a, which is halved, becomes i, f, o, g."""
    np.tanh(a, out=a)
    sigmoids = a[:, : 3 * prev_c.shape[1]]
    sigmoids += 1
    sigmoids *= 0.5
    i, f, o, g = _apart(a)
    np.add(f * prev_c, i * g, out=next_c)
    np.tanh(next_c, out=tanh_c)
    np.multiply(o, tanh_c, out=next_h)


def _back_through_gates(dnext_h: Array, dnext_c: Array, prev_c: Array, gates: Array, tanh_c: Array, da: Array) -> Array:
    """The gradient of the cell before; those of what the gates were told are written into da, side by side."""
    i, f, o, g = _apart(gates)
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    np.concatenate((dc * g, dc * prev_c, dnext_h * tanh_c, dc * i), axis=1, out=da)
    slopes = gates * (1 - gates)
    slopes[:, 3 * prev_c.shape[1] :] = 1 - g**2
    da *= slopes
    return np.asarray(dc * f)


def _rows(steps: Array) -> Array:
    """Those of all steps, one below the other."""
    return steps.reshape(len(steps) * steps.shape[1], steps.shape[2])


def _in_one_block(shape: tuple[int, ...], widths: tuple[int, ...], dtype: Any) -> list[Array]:
    """Arrays of a shape and these widths, to be filled.

    The allocator holds on to one large block; several it gives back, and asks for them anew each time.
    """
    rows = math.prod(shape)
    parts = np.split(np.empty(rows * sum(widths), dtype), np.cumsum(widths[:-1]) * rows)
    return [part.reshape(*shape, width) for part, width in zip(parts, widths, strict=True)]


def _apart(a: Array) -> Array:
    """The four gates that lie side by side, (4, N, H), where they are."""
    return a.reshape(len(a), 4, a.shape[1] // 4).swapaxes(0, 1)


def _added(sums: list[Array] | None, more: list[Array]) -> list[Array]:
    return more if sums is None else [each + other for each, other in zip(sums, more, strict=True)]


def _require(function: str, x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array, gates: int) -> None:
    if x.ndim != 2 or prev_h.ndim != 2 or len(x) != len(prev_h):
        raise ValueError(
            f"{function}: x has shape {x.shape}, prev_h has shape {prev_h.shape}, expected (N, D) and (N, H)"
        )
    width = gates * prev_h.shape[1]
    require_shape(function, "Wx", Wx, (x.shape[1], width))
    require_shape(function, "Wh", Wh, (prev_h.shape[1], width))
    require_shape(function, "b", b, (width,))


def _require_sequence(function: str, x: Array) -> None:
    if x.ndim != 3 or x.shape[1] == 0:
        raise ValueError(f"{function}: x has shape {x.shape}, expected (N, T, D) with at least one step")


def _require_steps(function: str, dh: Array, cache: Sized) -> None:
    if dh.ndim != 3 or dh.shape[1] != len(cache):
        raise ValueError(f"{function}: dh has shape {dh.shape}, expected (N, T, H) with T = {len(cache)} steps")
