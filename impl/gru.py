"""The gated recurrent unit, one step and a whole sequence.

N samples, T steps, D inputs, H hidden units. The gates lie side by side in one matrix, in the order r, z, n: reset and
update gate, and the new state.
"""

from typing import Any

import numpy as np

from .activations import sigmoid_forward
from .validation import Array, require_shape


def gru_step_forward(
    x: Array, prev_h: Array, Wx: Array, Wh: Array, bx: Array, bh: Array
) -> tuple[Array, tuple[Any, ...]]:
    """One step of a GRU, with ``a = x @ Wx + bx`` and ``c = prev_h @ Wh + bh``, each cut into three.

        r, z = sigmoid(a_r + c_r), sigmoid(a_z + c_z)
        n = tanh(a_n + r * c_n)
        next_h = (1 - z) * n + z * prev_h

    The reset gate acts after the product with Wh, as torch has it, and so on bh too; in the paper it acts before.

    Args:
        x: (N, D), float.
        prev_h: (N, H), the hidden state before.
        Wx, Wh: (D, 3H), (H, 3H), the gates side by side.
        bx, bh: (3H,).

    Returns:
        next_h (N, H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Cho et al. (2014); torch.nn.GRUCell.
    """
    _require("gru_step_forward", x, prev_h, Wx, Wh, bx, bh)
    a_r, a_z, a_n = np.split(x @ Wx + bx, 3, axis=1)
    c_r, c_z, c_n = np.split(prev_h @ Wh + bh, 3, axis=1)
    (r, _), (z, _) = sigmoid_forward(a_r + c_r), sigmoid_forward(a_z + c_z)
    n = np.tanh(a_n + r * c_n)
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n, c_n)


def gru_step_backward(dnext_h: Array, cache: tuple[Any, ...]) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Gradients of :func:`gru_step_forward`. The state before is reached by its gates and by z, directly.

    Args:
        dnext_h: (N, H), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, D), dprev_h (N, H), dWx (D, 3H), dWh (H, 3H), dbx (3H,), dbh (3H,).

    Raises:
        ValueError: if dnext_h does not have the shape of next_h.
    """
    x, prev_h, Wx, Wh, r, z, n, c_n = cache
    require_shape("gru_step_backward", "dnext_h", dnext_h, n.shape)
    da_n = dnext_h * (1 - z) * (1 - n**2)
    da_z = dnext_h * (prev_h - n) * z * (1 - z)
    da_r = da_n * c_n * r * (1 - r)
    da = np.concatenate((da_r, da_z, da_n), axis=1)
    dc = np.concatenate((da_r, da_z, da_n * r), axis=1)
    dprev_h = dc @ Wh.T + dnext_h * z
    return da @ Wx.T, dprev_h, x.T @ da, prev_h.T @ dc, da.sum(axis=0), dc.sum(axis=0)


def gru_forward(x: Array, h0: Array, Wx: Array, Wh: Array, bx: Array, bh: Array) -> tuple[Array, list[tuple[Any, ...]]]:
    """A GRU over a sequence, from h0.

    Args:
        x: (N, T, D), float.
        h0: (N, H), the hidden state before the first step.
        Wx, Wh, bx, bh: (D, 3H), (H, 3H), (3H,), (3H,).

    Returns:
        h (N, T, H), the state after every step, and the cache of each.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: torch.nn.GRU(batch_first=True).
    """
    if x.ndim != 3 or x.shape[1] == 0:
        raise ValueError(f"gru_forward: x has shape {x.shape}, expected (N, T, D) with at least one step")
    states, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = gru_step_forward(x[:, t], h, Wx, Wh, bx, bh)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def gru_backward(dh: Array, cache: list[tuple[Any, ...]]) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Back-propagation through time: what reaches a state comes from above, dh[:, t], and from the step after it.

    Args:
        dh: (N, T, H), the upstream gradient of every state.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dh0 (N, H), dWx (D, 3H), dWh (H, 3H), dbx (3H,), dbh (3H,), the last four summed over the steps.

    Raises:
        ValueError: if dh has not as many steps as the cache.
    """
    if dh.ndim != 3 or dh.shape[1] != len(cache):
        raise ValueError(f"gru_backward: dh has shape {dh.shape}, expected (N, T, H) with T = {len(cache)} steps")
    dx, of_weights, dh_after = [], [], np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        dx_t, dh_after, *weights = gru_step_backward(dh[:, t] + dh_after, cache[t])
        dx.append(dx_t)
        of_weights.append(weights)
    dWx, dWh, dbx, dbh = (sum(parts[1:], parts[0]) for parts in zip(*of_weights, strict=True))
    return np.stack(dx[::-1], axis=1), dh_after, dWx, dWh, dbx, dbh


def _require(function: str, x: Array, prev_h: Array, Wx: Array, Wh: Array, bx: Array, bh: Array) -> None:
    if x.ndim != 2 or prev_h.ndim != 2 or len(x) != len(prev_h):
        raise ValueError(
            f"{function}: x has shape {x.shape}, prev_h has shape {prev_h.shape}, expected (N, D) and (N, H)"
        )
    width = 3 * prev_h.shape[1]
    require_shape(function, "Wx", Wx, (x.shape[1], width))
    require_shape(function, "Wh", Wh, (prev_h.shape[1], width))
    require_shape(function, "bx", bx, (width,))
    require_shape(function, "bh", bh, (width,))
