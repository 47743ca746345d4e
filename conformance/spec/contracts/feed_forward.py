"""feed_forward and residual_feed_forward: a transformer's affine maps, at every place."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import Array, is_clear_of_kinks
from gradproof.conformance.spec.open_row.declared import Inputs
from gradproof.conformance.spec.open_row.ranges import normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract

SMALL = 0.7
FIRST: Inputs = {"x": "N T D<=5", "W1": normal("D<=5 F<=5", scale=SMALL), "b1": "F"}


def clear_of_kinks(inputs: Mapping[str, Array]) -> bool:
    """Whether the rectifier's slope is certain, and not 0 throughout."""
    return is_clear_of_kinks(inputs["x"] @ inputs["W1"] + inputs["b1"])


CONTRACTS = (
    contract(
        name="feed_forward",
        inputs={**FIRST, "W2": normal("F M<=5", scale=SMALL), "b2": "M"},
        returns={"out": "N T M"},
        accept=clear_of_kinks,
    )(Later("feed_forward", "feed_forward_forward")),
    contract(
        name="residual_feed_forward",
        inputs={**FIRST, "W2": normal("F D", scale=SMALL), "b2": "D"},
        returns={"out": "x"},
        accept=clear_of_kinks,
    )(Later("feed_forward", "residual_feed_forward_forward")),
)
