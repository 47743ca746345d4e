"""Mistakes in the gated recurrent unit, as single steps and over time."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.gru.base import gru
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import sigmoid
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("gru_reset", "gru_update")
STEP = "gru_step gru"


@wrong(
    STEP,
    "Your reset and update gates are exchanged; the first third is the reset gate, the second the update gate.",
    "In which order do the three thirds stand, by your text?",
)
def gates_exchanged() -> Functions:
    def exchanged(r: Array, z: Array) -> tuple[Array, Array]:
        return sigmoid(z), sigmoid(r)

    return gru(gates=exchanged)


@wrong(
    STEP,
    "Your new state leaves the reset gate out; what comes from the state before is multiplied by r.",
    "What does a reset gate of 0 make a step forget?",
)
def reset_gate_left_out() -> Functions:
    def whole(a: Array, c: Array, _r: Array) -> Array:
        return np.asarray(np.tanh(a + c))

    return gru(new=whole, dr=lambda da_n, _c, _r: np.zeros_like(da_n), dc_n=lambda da_n, _r: da_n)


@wrong(
    STEP,
    "Your new state multiplies all of its sum by the reset gate; r multiplies what comes from the state before, only.",
    "Does the input of a step get reset?",
)
def reset_gate_on_the_input_too() -> Functions:
    def all_reset(a: Array, c: Array, r: Array) -> Array:
        return np.asarray(np.tanh(r * (a + c)))

    return gru(new=all_reset)


@wrong(
    STEP,
    "Your new state is a sigmoid; it is a tanh, so that the state can go below 0.",
    "Two of the three are gates between 0 and 1. What is the third?",
)
def new_state_is_a_sigmoid() -> Functions:
    def squashed(a: Array, c: Array, r: Array) -> Array:
        return sigmoid(a + r * c)

    return gru(new=squashed, slope=lambda n: n * (1 - n))


@wrong(
    STEP,
    "Your gradient leaves the derivative of the new state's tanh out; it multiplies by 1 - n**2.",
    "Between n and the sum inside there is a tanh.",
)
def tanh_not_differentiated() -> Functions:
    return gru(slope=np.ones_like)


@wrong(
    STEP,
    "Your update gate's gradient leaves the state before out; z multiplies prev_h, and 1 - z the new state.",
    "In how many places does z stand in next_h?",
)
def update_gate_without_the_state_before() -> Functions:
    return gru(dz=lambda dh, _prev, n, z: -dh * n * z * (1 - z))


@wrong(
    STEP,
    "Your update gate's gradient leaves the new state out; z multiplies prev_h, and 1 - z the new state.",
    "In how many places does z stand in next_h?",
)
def update_gate_without_the_new_state() -> Functions:
    return gru(dz=lambda dh, prev, _n, z: dh * prev * z * (1 - z))


@wrong(
    STEP,
    "Your update gate's gradient leaves the derivative of its sigmoid out; it multiplies by z * (1 - z).",
    "Between z and the sum inside there is a sigmoid.",
)
def update_gate_without_its_derivative() -> Functions:
    return gru(dz=lambda dh, prev, n, _z: dh * (prev - n))


@wrong(
    STEP,
    "Your reset gate's gradient leaves the derivative of its sigmoid out; it multiplies by r * (1 - r).",
    "Between r and the sum inside there is a sigmoid.",
)
def reset_gate_without_its_derivative() -> Functions:
    return gru(dr=lambda da_n, c_n, _r: da_n * c_n)


@wrong(
    STEP,
    "Your gradient goes back through Wh of the new state without r; the forward multiplied that product by r.",
    "What did prev_h @ Wh + bh get multiplied by before the tanh?",
)
def state_product_without_the_reset_gate() -> Functions:
    return gru(dc_n=lambda da_n, _r: da_n)


@wrong(
    STEP,
    "Your dbh is dbx; in the new state r multiplies bh, so its gradient has an r that dbx has not.",
    "Which of the two biases does the reset gate see?",
)
def both_bias_gradients_the_same() -> Functions:
    return gru(of_state_bias=lambda da, _dc: da)


@wrong(
    STEP,
    "Your dprev_h leaves the direct path out; next_h contains z * prev_h, beside what goes through the gates.",
    "In how many places does prev_h stand in your forward?",
)
def direct_path_left_out() -> Functions:
    return gru(direct=lambda dh, _z: np.zeros_like(dh))


@wrong(
    STEP,
    "Your dprev_h is the direct path alone; prev_h goes into the gates and the new state too, by Wh.",
    "In how many places does prev_h stand in your forward?",
)
def direct_path_alone() -> Functions:
    return gru(through=lambda dc, wh: np.zeros_like(dc[:, : len(wh)]))


@wrong(
    STEP,
    "Your direct path to prev_h multiplies by 1 - z; the forward has z * prev_h.",
    "Which of the two does z keep?",
)
def direct_path_by_the_other_gate() -> Functions:
    return gru(direct=lambda dh, z: dh * (1 - z))


@wrong(
    STEP,
    "Your bias gradients are means over the batch; they are sums.",
    "Each sample adds its own share to the loss; nothing divides by N here.",
)
def bias_gradients_are_means() -> Functions:
    return gru(db=lambda da: da.mean(axis=0))


@wrong(
    STEP,
    "Your bias gradients have the shape (1, 3H); the biases have the shape (3H,), and so have their gradients.",
    "Look at what keeps the summed axis alive.",
)
def bias_gradients_keep_a_row_axis() -> Functions:
    return gru(db=lambda da: da.sum(axis=0, keepdims=True))


@wrong(
    STEP,
    "Your sigmoid is a quotient of exponentials, and nan far out; write it so that no exponent grows.",
    "What is exp(1000) / (1 + exp(1000))?",
)
def sigmoid_overflows() -> Functions:
    def naive(z: Array) -> Array:
        return np.asarray(np.exp(z) / (1 + np.exp(z)))

    def gates(r: Array, z: Array) -> tuple[Array, Array]:
        return naive(r), naive(z)

    return gru(gates=gates)


@wrong(
    "gru",
    "Your backward does not carry the gradient to the step before; a state is reached from the step after it too.",
    "What does a step's dprev_h belong to, in the step that is walked to next?",
)
def gradient_not_carried() -> Functions:
    return gru(reaches=lambda dh, _after: dh)


@wrong(
    "gru",
    "Your weight gradients are those of one step; the same weights work at every step, so all steps add up.",
    "What does the loop do with what the step before has found?",
)
def weight_gradients_of_the_first_step() -> Functions:
    return gru(total=lambda parts: parts[-1])


@wrong(
    "gru",
    "Your sequence starts from zeros; it starts from h0.",
    "Where does h0 enter your loop?",
)
def starts_from_zeros() -> Functions:
    return gru(first=np.zeros_like)
