"""elu, selu, prelu: clear of their kink at 0."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.open_row.declared import Variant
from gradproof.conformance.spec.open_row.ranges import choice, spread, uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

EXTREMES = (-1e4, -800.0, -100.0, -1.0, 1.0, 100.0, 800.0, 1e4)
NEXT_TO_THE_KINK = (-1.0, -1e-4, -1e-7, -1e-30, 1e-30, 1e-7, 1e-4, 1.0)
EXTREME_HINT = "some inputs lie at 10,000: exp overflows there, and infinity times 0 is NaN; choose, do not multiply"
SHARED_HINT = "there is one slope for all channels: its gradient adds up over all of them"


def some_are_below_zero(inputs: Mapping[str, Array]) -> bool:
    """Whether the slope has a gradient."""
    return bool((inputs["x"] < 0).any())


IMAGES = spread("N C H W")


def extreme() -> Variant:
    """Inputs at which exp overflows, beside ordinary ones."""
    return scenario(
        "extreme",
        x=choice("N D", *EXTREMES),
        sizes={"N": 3, "D": 8},
        check="stability",
        smooth=False,
        hint=EXTREME_HINT,
    )


FOUR_AXES = scenario("four_axes", x=IMAGES, sizes={"N": 2, "C": 3, "H": 2, "W": 4})

CONTRACTS = (
    contract(
        name="elu",
        x=spread("N D"),
        returns={"out": "x"},
        options={"alpha": (1.0, 0.5, 2.0)},
        scenarios=[FOUR_AXES, extreme()],
    )(Later("activations_rectified", "elu_forward")),
    contract(name="selu", x=spread("N D"), returns={"out": "x"}, scenarios=[FOUR_AXES, extreme()])(
        Later("activations_rectified", "selu_forward")
    ),
    contract(
        name="prelu",
        x=spread("N>=2 C"),
        a=uniform("C", 0.05, 0.5),
        returns={"out": "x"},
        accept=some_are_below_zero,
        scenarios=[
            scenario("images", x=IMAGES, sizes={"N": 2, "C": 3, "H": 2, "W": 4}),
            scenario("next_to_the_kink", x=choice("N C", *NEXT_TO_THE_KINK), sizes={"N": 3, "C": 4}, smooth=False),
            scenario("shared", a=uniform("1", 0.05, 0.5), hint=SHARED_HINT),
        ],
    )(Later("activations_rectified", "prelu_forward")),
)
