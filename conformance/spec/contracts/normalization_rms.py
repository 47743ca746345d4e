"""rmsnorm, over the last axis of two or three."""

from gradproof.conformance.spec.open_row.ranges import choice, uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

AXES_HINT = "x has three axes: the mean is over the last one, the gradient of gamma adds up over all others"
TINY_HINT = "a row of x is next to nothing, or nothing: eps stands under the root, beside the mean of the squares"

CONTRACTS = (
    contract(
        name="rmsnorm",
        x="N D>=2",
        gamma=uniform("D", 0.5, 2.0),
        returns={"out": "x"},
        options={"eps": (1e-6, 1e-3, 0.1)},
        scenarios=[
            scenario("three_axes", x="N T D>=2", sizes={"N": 3, "T": 2}, hint=AXES_HINT),
            scenario("tiny", x=choice("N D>=2", 0.0, 1e-3, -2e-3), options={"eps": (1e-6,)}, hint=TINY_HINT),
        ],
    )(Later("normalization_rms", "rmsnorm_forward")),
)
