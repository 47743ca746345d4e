"""Mistakes in the LSTM."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import lstm, sigmoid

STEP = "lstm_step lstm"


@wrong(
    STEP,
    "Your cell is reached through next_c alone; next_h depends on it too, by o * tanh(c).",
    "Draw the arrows that leave next_c: how many are there?",
)
def cell_reached_by_itself_alone() -> Functions:
    return lstm(dcell=lambda _dh, dc, _o, _c: dc)


@wrong(
    "lstm_step",
    "Your cell is reached through next_h alone; what comes to next_c from later steps is added.",
    "What is dnext_c for?",
)
def upstream_of_the_cell_left_out() -> Functions:
    return lstm(dcell=lambda dh, _dc, o, c: dh * o * (1 - np.tanh(c) ** 2))


@wrong(
    STEP,
    "Your way back from next_h to the cell leaves the derivative of tanh out; it multiplies by 1 - tanh(c)**2.",
    "The state is o times what, exactly?",
)
def tanh_of_the_cell_not_differentiated() -> Functions:
    return lstm(dcell=lambda dh, dc, o, _c: dc + dh * o)


@wrong(
    STEP,
    "Your forget gate's gradient leaves the derivative of its sigmoid out; it multiplies by f * (1 - f).",
    "Between f and the sum inside there is a sigmoid.",
)
def forget_gate_without_its_derivative() -> Functions:
    return lstm(df=lambda dc, prev_c, _f, _c: dc * prev_c)


@wrong(
    STEP,
    "Your input gate's gradient leaves the derivative of its sigmoid out; it multiplies by i * (1 - i).",
    "Between i and the sum inside there is a sigmoid.",
)
def input_gate_without_its_derivative() -> Functions:
    return lstm(di=lambda dc, g, _i: dc * g)


@wrong(
    STEP,
    "Your output gate's gradient leaves the derivative of its sigmoid out; it multiplies by o * (1 - o).",
    "Between o and the sum inside there is a sigmoid.",
)
def output_gate_without_its_derivative() -> Functions:
    return lstm(do=lambda dh, c, _o: dh * np.tanh(c))


@wrong(
    STEP,
    "Your candidate's gradient leaves the derivative of its tanh out; it multiplies by 1 - g**2.",
    "Between g and the sum inside there is a tanh.",
)
def candidate_without_its_derivative() -> Functions:
    return lstm(dg=lambda dc, i, _g: dc * i)


@wrong(
    STEP,
    "Your candidate's gradient takes the derivative of a sigmoid; g is a tanh, so it is 1 - g**2.",
    "Which of the four is not a gate?",
)
def candidate_with_the_derivative_of_a_sigmoid() -> Functions:
    return lstm(dg=lambda dc, i, g: dc * i * g * (1 - g))


@wrong(
    STEP,
    "Your forget gate's gradient multiplies by the cell after the step; it takes the cell before it.",
    "Which cell did f multiply in the forward?",
)
def forget_gate_by_the_next_cell() -> Functions:
    return lstm(df=lambda dc, _prev_c, f, c: dc * c * f * (1 - f))


@wrong(
    STEP,
    "Your output gate's gradient multiplies by the cell; it takes tanh of the cell, as next_h does.",
    "What did o multiply in the forward?",
)
def output_gate_by_the_cell_itself() -> Functions:
    return lstm(do=lambda dh, c, o: dh * c * o * (1 - o))


@wrong(
    "lstm_step",
    "Your dprev_c takes dnext_c alone times f; all that reaches the cell counts, through next_h too.",
    "Which gradient do the gates use, and which does dprev_c?",
)
def cell_before_without_the_path_through_the_state() -> Functions:
    return lstm(dprev_c=lambda _dc, dnext_c, f: dnext_c * f)


@wrong(
    STEP,
    "Your next_h is o times the cell; it is o times tanh of the cell.",
    "What keeps the state between -1 and 1?",
)
def state_without_tanh() -> Functions:
    return lstm(
        hidden=lambda o, c: o * c, dcell=lambda dh, dc, o, _c: dc + dh * o, do=lambda dh, c, o: dh * c * o * (1 - o)
    )


@wrong(
    STEP,
    "Your candidate g is a sigmoid; it is a tanh, so that the cell can go down too.",
    "Three of the four are gates between 0 and 1. What is the fourth?",
)
def candidate_is_a_sigmoid() -> Functions:
    return lstm(
        gates=lambda i, f, o, g: (sigmoid(i), sigmoid(f), sigmoid(o), sigmoid(g)),
        dg=lambda dc, i, g: dc * i * g * (1 - g),
    )


@wrong(
    STEP,
    "Your input and forget gates are exchanged; the first quarter is the input gate, the second the forget gate.",
    "In which order do the four quarters stand, by your text?",
)
def input_and_forget_gates_exchanged() -> Functions:
    return lstm(
        gates=lambda f, i, o, g: (sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)),
        order=(1, 0, 2, 3),
    )


@wrong(
    STEP,
    "Your forget gate gets 1 added inside; the bias is where that belongs, if anywhere.",
    "A forget bias of 1 is an initial value of b: does the step itself know it?",
)
def one_added_in_the_forget_gate() -> Functions:
    return lstm(gates=lambda i, f, o, g: (sigmoid(i), sigmoid(f + 1), sigmoid(o), np.tanh(g)))


@wrong(
    STEP,
    "Your bias gradient is the mean over the batch; it is the sum.",
    "Each sample adds its own share to the loss; nothing divides by N here.",
)
def bias_gradient_is_a_mean() -> Functions:
    return lstm(db=lambda da: da.mean(axis=0))


@wrong(
    STEP,
    "Your bias gradient has the shape (1, 4H); the bias has the shape (4H,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def bias_gradient_keeps_a_row_axis() -> Functions:
    return lstm(db=lambda da: da.sum(axis=0, keepdims=True))


@wrong(
    "lstm",
    "Your backward carries neither state to the step before; both the hidden state and the cell carry a gradient back.",
    "What do a step's dprev_h and dprev_c belong to, in the step that is walked to next?",
)
def nothing_carried() -> Functions:
    return lstm(reaches=lambda dh, _after, dc_after: (dh, np.zeros_like(dc_after)))


@wrong(
    "lstm",
    "Your backward does not carry the cell's gradient to the step before; the cell goes through every step.",
    "Two states leave a step: how many come back?",
)
def cell_not_carried() -> Functions:
    return lstm(reaches=lambda dh, after, dc_after: (dh + after, np.zeros_like(dc_after)))


@wrong(
    "lstm",
    "Your backward does not carry the hidden state's gradient to the step before; it is added to the upstream one.",
    "Every state is an output and the input of the step after it.",
)
def state_not_carried() -> Functions:
    return lstm(reaches=lambda dh, _after, dc_after: (dh, dc_after))


@wrong(
    "lstm",
    "Your cell starts from h0; it starts from zeros.",
    "The first hidden state is h0: what is the first cell?",
)
def cell_starts_from_the_state() -> Functions:
    return lstm(cell_at_first=lambda h0: h0)


@wrong(
    "lstm",
    "Your cell is set back to zeros at every step; it is carried from step to step.",
    "What does the forget gate forget from?",
)
def cell_set_back_at_every_step() -> Functions:
    return lstm(before=lambda h, c: (h, np.zeros_like(c)))
