"""gelu, silu, softplus, mish: elementwise, any shape."""

from collections.abc import Sequence

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.ranges import choice, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

EXTREMES = (-1e4, -800.0, -100.0, -20.0, -1.0, 0.0, 1.0, 20.0, 100.0, 800.0, 1e4)
EXTREME_HINT = "some inputs lie at 10,000, up and down: exp overflows there unless it is written so that it cannot"


def elementwise(name: str, dialects: Sequence[str] = ()) -> Contract:
    """A row of one input."""
    return contract(
        name=name,
        x=normal("N D", scale=1.5),
        returns={"out": "x"},
        scenarios=[
            scenario("four_axes", x="N C H W", sizes={"N": 2, "C": 3, "H": 2, "W": 4}),
            scenario(
                "extreme",
                x=choice("N D", *EXTREMES),
                sizes={"N": 3, "D": 11},
                check="stability",
                smooth=False,
                hint=EXTREME_HINT,
            ),
        ],
        dialects=dialects,
    )(Later("activations_smooth", f"{name}_forward"))


CONTRACTS = (elementwise("gelu", ["gelu"]), elementwise("silu"), elementwise("softplus"), elementwise("mish"))
