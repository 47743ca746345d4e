"""Attention over a grid of features by one dot product; an LSTM that looks there, one step and a whole sequence."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contracts.recurrent import FAR_LSTM, SMALL
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.open_row.declared import Inputs
from gradproof.conformance.spec.open_row.ranges import normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

GRID = "N H 4 4"
FAR_OUT = 1e4
FAR_HINT = "scores of 10,000, up and down: the largest of each sample must be taken out before exp"
LONG_HINT = "12 steps: what a step gives to the one before it counts again and again"
ONE_HINT = "one sample: no axis may get lost"
ONE_STEP_HINT = "one sample and one step: no axis may get lost"
LAST_HINT = "the gradient comes from above at the last step alone"
GATES: Inputs = {
    "Wx": normal("D 4H", scale=SMALL),
    "Wh": normal("H 4H", scale=SMALL),
    "Wattn": normal("H 4H", scale=SMALL),
    "b": "4H",
}


def far_out(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """The scores of the last two samples are far up and far down; no two places are near each other there."""
    prev_h, A = arrays["prev_h"].copy(), arrays["A"].copy()
    A[:, 0] = 1 + A[:, 0].reshape(len(A), -1).argsort(axis=1).argsort(axis=1).reshape(A[:, 0].shape)
    prev_h[-2:] = 0
    prev_h[-2:, 0] = FAR_OUT, -FAR_OUT
    return {"prev_h": prev_h, "A": A}


def to_the_last(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """A gradient at the last step alone."""
    dh = np.zeros_like(arrays["dh"])
    dh[:, -1] = arrays["dh"][:, -1]
    return {"dh": dh}


CONTRACTS = (
    contract(
        name="dot_product_attention",
        inputs={"prev_h": "N H", "A": GRID},
        returns={"attn": "N H", "attn_weights": "N 4 4"},
        objective="attn",
        alternatives=[Later("recurrent_attention", "dot_product_attention_by_log_sum_exp")],
        longest=5,
        scenarios=[
            scenario("far_out", sizes={"N": 3}, arrange=far_out, check="stability", smooth=False, hint=FAR_HINT),
            scenario("one", sizes={"N": 1}, hint=ONE_HINT),
        ],
    )(Later("recurrent_attention", "dot_product_attention_forward")),
    contract(
        name="attention_lstm_step",
        inputs={"x": "N D", "prev_h": "N H", "prev_c": "N H", "attn": "N H", **GATES},
        returns={"next_h": "N H", "next_c": "N H"},
        scenarios=[FAR_LSTM],
        dialects=["lstm_gates", "lstm_forget"],
        longest=5,
        advisory=["purity"],
    )(Later("recurrent_attention", "attention_lstm_step_forward")),
    contract(
        name="attention_lstm",
        inputs={"x": "N T D", "A": GRID, **GATES},
        returns={"h": "N T H"},
        scenarios=[
            scenario("long", sizes={"T": 12, "N": 1, "D": 1, "H": 2}, smooth=False, hint=LONG_HINT),
            scenario("last_step", sizes={"T": 4, "N": 2}, arrange=to_the_last, hint=LAST_HINT),
            scenario("one", sizes={"N": 1, "T": 1}, hint=ONE_STEP_HINT),
        ],
        dialects=["lstm_gates", "lstm_forget"],
        longest=3,
        builds_on=["dot_product_attention", "attention_lstm_step"],
        advisory=["purity"],
    )(Later("recurrent_attention", "attention_lstm_forward")),
)
