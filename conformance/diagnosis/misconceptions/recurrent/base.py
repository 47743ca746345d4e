"""Recurrent layers taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def sigmoid(z: Array) -> Array:
    """Without overflow."""
    power = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1, power) / (1 + power))


def unroll(step: Step, x: Array, *states: Array) -> tuple[Array, list[Any]]:
    """Step after step: the first state of every step, and the caches."""
    seen, caches = [], []
    for t in range(x.shape[1]):
        *states_now, cache = step(x[:, t], *states)
        states = tuple(states_now)
        seen.append(states[0])
        caches.append(cache)
    return np.stack(seen, axis=1), caches


def walk_back(
    step: Step,
    dh: Array,
    caches: list[Any],
    states: int,
    reaches: Step,
    total: Step = lambda parts: sum(parts[1:], parts[0]),
) -> tuple[Any, ...]:
    """From the last step to the first: ``reaches`` says what comes to a step, from above and from the step after."""
    carried: tuple[Array, ...] = tuple(np.zeros_like(dh[:, 0]) for _ in range(states))
    dx, of_weights = [], []
    for t in reversed(range(len(caches))):
        dx_t, *rest = step(*reaches(dh[:, t], *carried), caches[t])
        carried, weights = tuple(rest[:states]), rest[states:]
        dx.append(dx_t)
        of_weights.append(weights)
    sums = (total([weights[k] for weights in of_weights]) for k in range(3))
    return (np.stack(dx[::-1], axis=1), carried[0], *sums)


def rnn(
    out: Step = lambda x, h, wx, wh, b: np.tanh(x @ wx + h @ wh + b),
    slope: Step = lambda h, _a: 1 - h**2,
    dx: Step = lambda da, wx: da @ wx.T,
    dprev: Step = lambda da, wh: da @ wh.T,
    dwx: Step = lambda da, x: x.T @ da,
    dwh: Step = lambda da, prev, _now: prev.T @ da,
    db: Step = lambda da: da.sum(axis=0),
    reaches: Step = lambda dh, after: (dh + after,),
    first: Step = lambda h0: h0,
    total: Step = lambda parts: sum(parts[1:], parts[0]),
) -> Functions:
    """The vanilla RNN, one step and a whole sequence of it."""

    def rnn_step_forward(x: Array, prev_h: Array, wx: Array, wh: Array, b: Array) -> Any:
        next_h = out(x, prev_h, wx, wh, b)
        return next_h, (x, prev_h, wx, wh, b, next_h)

    def rnn_step_backward(dnext_h: Array, cache: Any) -> Any:
        x, prev_h, wx, wh, b, next_h = cache
        da = dnext_h * slope(next_h, x @ wx + prev_h @ wh + b)
        return dx(da, wx), dprev(da, wh), dwx(da, x), dwh(da, prev_h, next_h), db(da)

    def rnn_forward(x: Array, h0: Array, wx: Array, wh: Array, b: Array) -> Any:
        return unroll(lambda x_t, h: rnn_step_forward(x_t, h, wx, wh, b), x, first(h0))

    def rnn_backward(dh: Array, cache: Any) -> Any:
        return walk_back(rnn_step_backward, dh, cache, 1, reaches, total)

    return {
        "rnn_step_forward": rnn_step_forward,
        "rnn_step_backward": rnn_step_backward,
        "rnn_forward": rnn_forward,
        "rnn_backward": rnn_backward,
    }


def lstm(
    gates: Step = lambda i, f, o, g: (sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)),
    cell: Step = lambda i, f, g, prev_c: f * prev_c + i * g,
    hidden: Step = lambda o, c: o * np.tanh(c),
    dcell: Step = lambda dh, dc, o, c: dc + dh * o * (1 - np.tanh(c) ** 2),
    di: Step = lambda dc, g, i: dc * g * i * (1 - i),
    df: Step = lambda dc, prev_c, f, _c: dc * prev_c * f * (1 - f),
    do: Step = lambda dh, c, o: dh * np.tanh(c) * o * (1 - o),
    dg: Step = lambda dc, i, g: dc * i * (1 - g**2),
    dprev_c: Step = lambda dc, _dnext_c, f: dc * f,
    db: Step = lambda da: da.sum(axis=0),
    reaches: Step = lambda dh, after, dc_after: (dh + after, dc_after),
    cell_at_first: Step = np.zeros_like,
    before: Step = lambda h, c: (h, c),
    order: tuple[int, ...] = (0, 1, 2, 3),
) -> Functions:
    """The LSTM, one step and a whole sequence of it, its gates in the order i, f, o, g, or as ``order`` has them."""

    def lstm_step_forward(x: Array, prev_h: Array, prev_c: Array, wx: Array, wh: Array, b: Array) -> Any:
        i, f, o, g = gates(*np.split(x @ wx + prev_h @ wh + b, 4, axis=1))
        next_c = cell(i, f, g, prev_c)
        return hidden(o, next_c), next_c, (x, prev_h, prev_c, wx, wh, i, f, o, g, next_c)

    def lstm_step_backward(dnext_h: Array, dnext_c: Array, cache: Any) -> Any:
        x, prev_h, prev_c, wx, wh, i, f, o, g, c = cache
        dc = dcell(dnext_h, dnext_c, o, c)
        of_gates = di(dc, g, i), df(dc, prev_c, f, c), do(dnext_h, c, o), dg(dc, i, g)
        da = np.hstack([of_gates[place] for place in order])
        return da @ wx.T, da @ wh.T, dprev_c(dc, dnext_c, f), x.T @ da, prev_h.T @ da, db(da)

    def lstm_forward(x: Array, h0: Array, wx: Array, wh: Array, b: Array) -> Any:
        def step(x_t: Array, h: Array, c: Array) -> Any:
            prev_h, prev_c = before(h, c)
            return lstm_step_forward(x_t, prev_h, prev_c, wx, wh, b)

        return unroll(step, x, h0, cell_at_first(h0))

    def lstm_backward(dh: Array, cache: Any) -> Any:
        return walk_back(lstm_step_backward, dh, cache, 2, reaches)

    return {
        "lstm_step_forward": lstm_step_forward,
        "lstm_step_backward": lstm_step_backward,
        "lstm_forward": lstm_forward,
        "lstm_backward": lstm_backward,
    }
