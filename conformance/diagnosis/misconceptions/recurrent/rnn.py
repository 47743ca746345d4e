"""Mistakes in the vanilla RNN."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import rnn


@wrong(
    "rnn_step rnn",
    "Your gradient takes the derivative of tanh as 1 - h; it is 1 - h**2.",
    "Differentiate tanh and write the result by tanh itself.",
)
def slope_without_the_square() -> Functions:
    return rnn(slope=lambda h, _a: 1 - h)


@wrong(
    "rnn_step rnn",
    "Your gradient leaves the derivative of tanh out; it multiplies the upstream gradient.",
    "Between next_h and the sum inside there is a tanh: what does the chain rule ask for it?",
)
def slope_left_out() -> Functions:
    return rnn(slope=lambda h, _a: np.ones_like(h))


@wrong(
    "rnn_step rnn",
    "Your derivative of tanh is 1 minus the square of what goes into tanh; it is 1 minus the square of what comes out.",
    "Which of the two does your cache hold?",
)
def slope_of_what_goes_in() -> Functions:
    return rnn(slope=lambda _h, a: 1 - a**2)


@wrong(
    "rnn_step rnn",
    "Your dWh multiplies by the state after the step; it takes the state before it.",
    "Which state did Wh multiply in the forward?",
)
def weight_gradient_by_the_next_state() -> Functions:
    return rnn(dwh=lambda da, _prev, now: now.T @ da)


@wrong(
    "rnn_step rnn",
    "Your bias gradient is the mean over the batch; it is the sum.",
    "Each sample adds its own share to the loss; nothing divides by N here.",
)
def bias_gradient_is_a_mean() -> Functions:
    return rnn(db=lambda da: da.mean(axis=0))


@wrong(
    "rnn_step rnn",
    "Your bias gradient has the shape (1, H); the bias has the shape (H,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def bias_gradient_keeps_a_row_axis() -> Functions:
    return rnn(db=lambda da: da.sum(axis=0, keepdims=True))


@wrong(
    "rnn_step rnn",
    "Your forward leaves the state before out; it adds prev_h @ Wh.",
    "How does a step know what happened before it?",
)
def state_before_left_out() -> Functions:
    return rnn(out=lambda x, _h, wx, _wh, b: np.tanh(x @ wx + b))


@wrong(
    "rnn",
    "Your backward does not carry the gradient to the step before; a state is reached from the step after it too.",
    "What does a step's dprev_h belong to, in the step that is walked to next?",
)
def gradient_not_carried() -> Functions:
    return rnn(reaches=lambda dh, _after: (dh,))


@wrong(
    "rnn",
    "Your backward takes only what comes from the step after; the upstream gradient of every state is added to it.",
    "Every state is an output too: which part of dh belongs to it?",
)
def upstream_replaced_by_what_is_carried() -> Functions:
    return rnn(reaches=lambda dh, after: (after if after.any() else dh,))


@wrong(
    "rnn",
    "Your weight gradients are those of one step; the same weights work at every step, so all steps add up.",
    "What does the loop do with what the step before has found?",
)
def weight_gradients_of_the_first_step() -> Functions:
    return rnn(total=lambda parts: parts[-1])


@wrong(
    "rnn",
    "Your weight gradients are divided by the number of steps; they are sums over the steps.",
    "Each step adds to the loss: does anything divide by T?",
)
def weight_gradients_averaged_over_time() -> Functions:
    return rnn(total=lambda parts: sum(parts[1:], parts[0]) / len(parts))


@wrong(
    "rnn",
    "Your sequence starts from zeros; it starts from h0.",
    "Where does h0 enter your loop?",
)
def starts_from_zeros() -> Functions:
    return rnn(first=np.zeros_like)
