"""mse_loss, l1_loss, huber_loss: numbers against targets, any shape."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import KINK_DISTANCE, Array, Scalar
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.in_use.not_a_number import losing
from gradproof.conformance.spec.open_row.declared import Choices, Variant
from gradproof.conformance.spec.open_row.ranges import choice
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

DELTAS: tuple[Scalar, ...] = (1.0, 0.5, 2.0)


def clear_of_kinks(inputs: Mapping[str, Array]) -> bool:
    """Whether no error is near 0, nor near where huber's square ends."""
    error = abs(inputs["x"] - inputs["y"])
    return all(abs(error - kink).min() > KINK_DISTANCE for kink in (0.0, *map(float, DELTAS)))


NEXT_TO_THE_KINK = scenario(
    "next_to_the_kink",
    x=choice("N D", -1.0, -1e-4, -1e-7, -1e-30, 1e-30, 1e-7, 1e-4, 1.0),
    y=choice("N D", 0.0),
    sizes={"N": 3, "D": 4},
    smooth=False,
    accept=lambda _inputs: True,
)


def against_targets(name: str, *more: Variant, options: Choices | None = None) -> Contract:
    """A row of two inputs of one shape; ``more`` are further cases."""
    row = contract(
        name=name,
        x="N D",
        y="N D",
        returns={"loss": ""},
        joint=True,
        wrt=["x"],
        options=options,
        accept=clear_of_kinks,
        scenarios=[
            scenario("vector", x="N", y="N"),
            scenario("four_axes", x="N C H W", y="N C H W", sizes={"N": 2, "C": 3, "H": 2, "W": 3}),
            *more,
        ],
        dialects=["reduction"],
    )(Later("losses_regression", name))
    return losing(row, "x")


CONTRACTS = (
    against_targets("mse_loss"),
    against_targets("l1_loss", NEXT_TO_THE_KINK),
    against_targets("huber_loss", options={"delta": DELTAS}),
)
