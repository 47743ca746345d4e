"""The gated recurrent unit as a computational graph: one small step per line, walked back node by node."""

import numpy as np


def squash(z):
    """The logistic function, each half with a negative exponent."""
    power = np.exp(np.minimum(z, -z))
    denominator = 1 + power
    return np.where(z < 0, power / denominator, 1 / denominator)


def gru_step_forward(x, prev_h, wx, wh, bx, bh):
    """Gate by gate, each from its own columns."""
    units = prev_h.shape[1]
    first, second, third = slice(units), slice(units, 2 * units), slice(2 * units, None)
    r = squash(np.dot(x, wx[:, first]) + np.dot(prev_h, wh[:, first]) + (bx[first] + bh[first]))
    z = squash(np.dot(x, wx[:, second]) + np.dot(prev_h, wh[:, second]) + (bx[second] + bh[second]))
    product = np.dot(prev_h, wh[:, third]) + bh[third]
    reset = r * product
    inside = np.dot(x, wx[:, third]) + bx[third] + reset
    new = np.tanh(inside)
    rest = 1 - z
    written = rest * new
    kept = z * prev_h
    return written + kept, (x, prev_h, wx, wh, r, z, product, new, rest)


def gru_step_backward(dnext_h, cache):
    """Back through them."""
    x, prev_h, wx, wh, r, z, product, new, rest = cache
    dwritten = dkept = dnext_h
    dz, dprev_h = dkept * prev_h, dkept * z
    drest, dnew = dwritten * new, dwritten * rest
    dz = dz - drest
    dinside = dnew - dnew * new * new
    dreset = dinside
    dr, dproduct = dreset * product, dreset * r
    dinside_r, dinside_z = dr * r * (1 - r), dz * z * (1 - z)
    outer = np.hstack([dinside_r, dinside_z, dinside])
    inner = np.hstack([dinside_r, dinside_z, dproduct])
    dprev_h = dprev_h + np.dot(inner, wh.T)
    biases = np.add.reduce(outer, axis=0), np.add.reduce(inner, axis=0)
    return np.dot(outer, wx.T), dprev_h, np.dot(x.T, outer), np.dot(prev_h.T, inner), *biases


def gru_forward(x, h0, wx, wh, bx, bh):
    """A chain of steps."""
    caches, states = [], []
    state = h0
    for frame in np.moveaxis(x, 1, 0):
        state, cache = gru_step_forward(frame, state, wx, wh, bx, bh)
        states.append(state)
        caches.append(cache)
    return np.moveaxis(np.array(states), 0, 1), caches


def gru_backward(dh, cache):
    """The chain from its end; the weights collect."""
    frames = []
    collected = [0, 0, 0, 0]
    state = 0
    for t in range(len(cache))[::-1]:
        frame, state, *weights = gru_step_backward(state + dh[:, t], cache[t])
        frames.append(frame)
        collected = [old + new for old, new in zip(collected, weights, strict=True)]
    return (np.moveaxis(np.array(frames[::-1]), 0, 1), state, *collected)
