"""bce_loss of probabilities; bce_with_logits_loss and sigmoid_cross_entropy of scores."""

from dataclasses import replace

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.in_use.not_a_number import losing
from gradproof.conformance.spec.open_row.declared import Inputs, Variant
from gradproof.conformance.spec.open_row.ranges import choice, normal, uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

FAR = (-1000.0, -100.0, -1.0, 0.5, 100.0, 1000.0)
FAR_HINT = (
    "scores of 1,000, up and down: exp overflows, a probability of 0 or 1 has no logarithm and nothing can be divided "
    "by it; max(x, 0) - x * y + log1p(exp(-|x|)) has neither problem, and its gradient is sigmoid(x) - y"
)


def of_scores(name: str, inputs: Inputs, far: Variant) -> Contract:
    """A row of scores and labels; ``far`` are scores that overflow."""
    row = contract(
        name=name,
        inputs=inputs,
        returns={"loss": ""},
        joint=True,
        wrt=list(inputs)[:1],
        alternatives=[Later("losses_binary", f"{name.removesuffix('_loss')}_by_softplus")],
        scenarios=[replace(far, check="stability", smooth=False, sizes={"N": 7, "D": 5}, hint=FAR_HINT)],
        dialects=["reduction"],
    )(Later("losses_binary", name))
    return losing(row, next(iter(inputs)))


LABELS, LABEL = choice("N D", 0.0, 1.0), choice("N 1", 0.0, 1.0)

CONTRACTS = (
    contract(
        name="bce_loss",
        p=uniform("N D", 0.05, 0.95),
        y=LABELS,
        returns={"loss": ""},
        joint=True,
        wrt=["p"],
        dialects=["reduction"],
        scenarios=[scenario("vector", p=uniform("N", 0.05, 0.95), y=choice("N", 0.0, 1.0))],
    )(Later("losses_binary", "bce_loss")),
    of_scores(
        "bce_with_logits_loss",
        {"x": normal("N D", scale=1.5), "y": LABELS},
        scenario("far", x=choice("N D", *FAR)),
    ),
    of_scores(
        "sigmoid_cross_entropy",
        {"z": normal("N 1", scale=1.5), "y": LABEL},
        scenario("far", z=choice("N 1", *FAR)),
    ),
)
