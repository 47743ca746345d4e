"""gru, one step and a whole sequence."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contracts.recurrent import LAST, LONG
from gradproof.conformance.spec.open_row.declared import Inputs
from gradproof.conformance.spec.open_row.ranges import choice, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

SMALL = 0.5
SATURATED = (-1000.0, 0.0, 0.5, 50.0, 1000.0)
SATURATED_HINT = (
    "some gates lie at 1,000, up and down, and at 50: exp overflows there unless the sigmoid is written so that it "
    "cannot, and tanh as a quotient of exponentials is not a number"
)
ONE_HINT = "one sample and one step: neither axis may get lost"
WEIGHTS: Inputs = {"Wx": normal("D 3H", scale=SMALL), "Wh": normal("H 3H", scale=SMALL), "bx": "3H", "bh": "3H"}


def some_unit_is_not_at_its_end(inputs: Mapping[str, Array]) -> bool:
    """Whether there is something to differentiate."""
    _, update, new = np.split(np.abs(inputs["bx"]) < 1, 3)
    return bool((update & new).any())


FAR = scenario(
    "saturated",
    bx=choice("3H", *SATURATED),
    sizes={"H": 5, "N": 2},
    check="stability",
    smooth=False,
    hint=SATURATED_HINT,
    accept=some_unit_is_not_at_its_end,
)

CONTRACTS = (
    contract(
        name="gru_step",
        inputs={"x": "N D", "prev_h": "N H", **WEIGHTS},
        returns={"next_h": "N H"},
        dialects=["gru_reset", "gru_update"],
        longest=5,
        scenarios=[FAR],
    )(Later("gru", "gru_step_forward")),
    contract(
        name="gru",
        inputs={"x": "N T D", "h0": "N H", **WEIGHTS},
        returns={"h": "N T H"},
        dialects=["gru_reset", "gru_update"],
        longest=4,
        scenarios=[
            FAR,
            LONG,
            scenario("one", sizes={"T": 1, "N": 1}, hint=ONE_HINT),
            LAST,
        ],
        builds_on=["gru_step"],
        advisory=["purity"],
    )(Later("gru", "gru_forward")),
)
