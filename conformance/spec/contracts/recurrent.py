"""rnn and lstm, one step and a whole sequence."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.open_row.declared import Inputs, Variant
from gradproof.conformance.spec.open_row.ranges import choice, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

SMALL = 0.5
SATURATED = (-1000.0, 0.0, 0.5, 50.0, 1000.0)
FAR = "some of what {} lies at 1,000, up and down, and at 50: {}"
OF_TANH = "tanh as a quotient of exponentials is not a number there, and neither is its slope"
OF_GATES = "exp overflows there unless the sigmoid is written so that it cannot"
LONG_HINT = "60 steps: what a step gives to the one before it counts again and again"
LAST_HINT = "the gradient comes from above at the last step alone, and h0 is 0"
RNN: Inputs = {"Wx": normal("D H", scale=SMALL), "Wh": normal("H H", scale=SMALL), "b": "H"}
LSTM: Inputs = {"Wx": normal("D 4H", scale=SMALL), "Wh": normal("H 4H", scale=SMALL), "b": "4H"}
LONG = scenario("long", sizes={"T": 60, "N": 1, "D": 1, "H": 2}, smooth=False, hint=LONG_HINT)


def one_unit_alive(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """None of the first unit's biases, of one gate or four, lies far out: there is something to differentiate."""
    b, units = arrays["b"].copy(), arrays["Wh"].shape[0]
    b[::units] = np.clip(b[::units], -1, 1)
    return {"b": b}


def saturated(biases: str, units: int, hint: str) -> Variant:
    """Some of the biases lie so far out that what they enter is at its end."""
    return scenario(
        "saturated",
        b=choice(biases, *SATURATED),
        sizes={"H": units},
        arrange=one_unit_alive,
        check="stability",
        smooth=False,
        hint=hint,
    )


def from_nothing_to_the_last(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """As where a sequence is classified: no state before, and a gradient at the last step alone."""
    dh = np.zeros_like(arrays["dh"])
    dh[:, -1] = arrays["dh"][:, -1]
    return {"h0": np.zeros_like(arrays["h0"]), "dh": dh}


LAST = scenario("last_step", sizes={"T": 4, "N": 2}, arrange=from_nothing_to_the_last, hint=LAST_HINT)
FAR_RNN = saturated("H", 7, FAR.format("tanh is taken of", OF_TANH))
FAR_LSTM = saturated("4H", 5, FAR.format("the gates are taken of", f"{OF_GATES}; {OF_TANH}"))

CONTRACTS = (
    contract(
        name="rnn_step",
        inputs={"x": "N D", "prev_h": "N H", **RNN},
        returns={"next_h": "N H"},
        alternatives=[Later("recurrent", "rnn_step_by_the_next_number")],
        scenarios=[FAR_RNN],
    )(Later("recurrent", "rnn_step_forward")),
    contract(
        name="rnn",
        inputs={"x": "N T D", "h0": "N H", **RNN},
        returns={"h": "N T H"},
        alternatives=[Later("recurrent", "rnn_by_the_next_number")],
        scenarios=[FAR_RNN, LONG, LAST],
        builds_on=["rnn_step"],
        advisory=["purity"],
    )(Later("recurrent", "rnn_forward")),
    contract(
        name="lstm_step",
        inputs={"x": "N D", "prev_h": "N H", "prev_c": "N H", **LSTM},
        returns={"next_h": "N H", "next_c": "N H"},
        scenarios=[FAR_LSTM],
        dialects=["lstm_gates", "lstm_forget"],
        advisory=["purity"],
    )(Later("recurrent", "lstm_step_forward")),
    contract(
        name="lstm",
        inputs={"x": "N T D", "h0": "N H", **LSTM},
        returns={"h": "N T H"},
        scenarios=[FAR_LSTM, LONG, LAST],
        dialects=["lstm_gates", "lstm_forget"],
        builds_on=["lstm_step"],
        advisory=["purity"],
    )(Later("recurrent", "lstm_forward")),
)
