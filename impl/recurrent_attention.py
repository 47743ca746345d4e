"""An LSTM that looks at a grid of features at every step: attention by one dot product, one step, a whole sequence.

N samples, T steps, D inputs, H hidden units. A (N, H, P, Q) has a vector of H features at each of P x Q places, such as
the last feature map of a convolutional network. The gates lie in the order i, f, o, g.
"""

import math
from typing import Any

import numpy as np

from .attention import attention_backward, attention_forward
from .recurrent import lstm_step_backward, lstm_step_forward
from .validation import Array, require_shape

Cache = tuple[Any, ...]


def dot_product_attention_forward(prev_h: Array, A: Array) -> tuple[Array, Array, Cache]:
    """A mean of the features of all places, each weighted by how well it fits the state.

        scores[p] = sum(prev_h * A[:, p]) / sqrt(H)
        attn = sum(softmax(scores)[p] * A[:, p])

    Args:
        prev_h: (N, H), float, the hidden state.
        A: (N, H, P, Q), the features.

    Returns:
        attn (N, H), the weights (N, P, Q), which sum to 1 over all places of a sample, and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Vaswani et al. (2017), equation 1, with one query, whose keys are the values.
    """
    if A.ndim != 4 or prev_h.shape != A.shape[:2]:
        raise ValueError(
            f"dot_product_attention_forward: prev_h has shape {prev_h.shape}, A has shape {A.shape}, expected (N, H) "
            "and (N, H, P, Q)"
        )
    places = A.reshape(*prev_h.shape, math.prod(A.shape[2:])).swapaxes(1, 2)
    attn, cache = attention_forward(prev_h[:, np.newaxis], places, places)
    *_, weights = cache
    return attn.reshape(prev_h.shape), weights.reshape(len(A), *A.shape[2:]), (cache, A.shape)


def dot_product_attention_backward(dattn: Array, cache: Cache) -> tuple[Array, Array]:
    """Gradients of :func:`dot_product_attention_forward`: A is read twice, for the scores and for the mean.

    Args:
        dattn: (N, H), the upstream gradient; nothing is differentiated by way of the weights that were returned.
        cache: what the forward returned.

    Returns:
        dprev_h (N, H), dA (N, H, P, Q).

    Raises:
        ValueError: if dattn does not have the shape of attn.
    """
    of_attention, shape = cache
    require_shape("dot_product_attention_backward", "dattn", dattn, shape[:2])
    dstate, of_scores, of_mean = attention_backward(dattn[:, np.newaxis], of_attention)
    return dstate.reshape(dattn.shape), (of_scores + of_mean).swapaxes(1, 2).reshape(shape)


def attention_lstm_step_forward(
    x: Array, prev_h: Array, prev_c: Array, attn: Array, Wx: Array, Wh: Array, Wattn: Array, b: Array
) -> tuple[Array, Array, Cache]:
    """One step of an LSTM whose gates see attn too: ``a = x @ Wx + prev_h @ Wh + attn @ Wattn + b``.

    Args:
        x: (N, D), float.
        prev_h, prev_c: (N, H), hidden and cell state before.
        attn: (N, H), what attention gave.
        Wx, Wh, Wattn, b: (D, 4H), (H, 4H), (H, 4H), (4H,), the gates side by side.

    Returns:
        next_h (N, H), next_c (N, H) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Xu et al. (2015), Show, attend and tell, equation 1.
    """
    require_shape("attention_lstm_step_forward", "attn", attn, prev_h.shape)
    require_shape("attention_lstm_step_forward", "Wattn", Wattn, Wh.shape)
    require_shape("attention_lstm_step_forward", "Wx", Wx, (x.shape[1], Wh.shape[1]))
    both, weights = np.hstack((x, attn)), np.vstack((Wx, Wattn))
    next_h, next_c, cache = lstm_step_forward(both, prev_h, prev_c, weights, Wh, b)
    return next_h, next_c, (cache, x.shape[1])


def attention_lstm_step_backward(dnext_h: Array, dnext_c: Array, cache: Cache) -> tuple[Array, ...]:
    """Gradients of :func:`attention_lstm_step_forward`: x and attn enter side by side.

    Args:
        dnext_h, dnext_c: (N, H), the upstream gradients of both states.
        cache: what the forward returned.

    Returns:
        dx (N, D), dprev_h, dprev_c and dattn (N, H), dWx (D, 4H), dWh and dWattn (H, 4H), db (4H,).

    Raises:
        ValueError: if an upstream gradient does not have the shape of its state.
    """
    of_step, inputs = cache
    dboth, dprev_h, dprev_c, dweights, dWh, db = lstm_step_backward(dnext_h, dnext_c, of_step)
    dx, dattn = np.split(dboth, [inputs], axis=1)
    dWx, dWattn = np.split(dweights, [inputs])
    return dx, dprev_h, dprev_c, dattn, dWx, dWh, dWattn, db


def attention_lstm_forward(x: Array, A: Array, Wx: Array, Wh: Array, Wattn: Array, b: Array) -> tuple[Array, Cache]:
    """An LSTM that looks at A before every step; both of its states begin as the mean of A over all places.

        attn[t] = attention(h[t - 1], A)
        h[t], c[t] = step(x[:, t], h[t - 1], c[t - 1], attn[t])

    Args:
        x: (N, T, D), float.
        A: (N, H, P, Q), the features.
        Wx, Wh, Wattn, b: (D, 4H), (H, 4H), (H, 4H), (4H,).

    Returns:
        h (N, T, H), the hidden state after every step, and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Xu et al. (2015), Show, attend and tell, with a dot product for its scores.
    """
    if x.ndim != 3 or x.shape[1] == 0 or A.ndim != 4:
        raise ValueError(
            f"attention_lstm_forward: x has shape {x.shape}, A has shape {A.shape}, expected (N, T, D) with at least "
            "one step and (N, H, P, Q)"
        )
    h = c = A.mean(axis=(2, 3))
    states, caches = [], []
    for t in range(x.shape[1]):
        attn, _, looked = dot_product_attention_forward(h, A)
        h, c, stepped = attention_lstm_step_forward(x[:, t], h, c, attn, Wx, Wh, Wattn, b)
        states.append(h)
        caches.append((looked, stepped))
    return np.stack(states, axis=1), (caches, A.shape)


def attention_lstm_backward(dh: Array, cache: Cache) -> tuple[Array, ...]:
    """Back-propagation through time: a state reaches the step after it by Wh and by what it looks at.

    Args:
        dh: (N, T, H), the upstream gradient of every hidden state.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dA (N, H, P, Q), dWx (D, 4H), dWh and dWattn (H, 4H), db (4H,).

    Raises:
        ValueError: if dh has not as many steps as the cache.
    """
    caches, shape = cache
    require_shape("attention_lstm_backward", "dh", dh, (shape[0], len(caches), shape[1]))
    dx, of_weights = [], []
    dh_after = dc_after = np.zeros(shape[:2], dh.dtype)
    dA = np.zeros(shape, dh.dtype)
    for t in reversed(range(len(caches))):
        looked, stepped = caches[t]
        back = attention_lstm_step_backward(dh[:, t] + dh_after, dc_after, stepped)
        dx_t, dprev_h, dc_after, dattn, *weights = back
        by_looking, dA_t = dot_product_attention_backward(dattn, looked)
        dh_after = dprev_h + by_looking
        dA += dA_t
        dx.append(dx_t)
        of_weights.append(weights)
    of_start = (dh_after + dc_after) / math.prod(shape[2:])
    summed = (sum(each[1:], each[0]) for each in zip(*of_weights, strict=True))
    return (np.stack(dx[::-1], axis=1), dA + of_start[:, :, np.newaxis, np.newaxis], *summed)
