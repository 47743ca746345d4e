"""nll_loss, kl_loss, focal_loss, cross_entropy_extended."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.in_use.draws import CLASSES_HINT, MANY_CLASSES, with_the_last_class
from gradproof.conformance.spec.in_use.not_a_number import losing
from gradproof.conformance.spec.open_row.ranges import choice, integers, normal, uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

ZEROS_HINT = "some of y are 0: 0 * log(0) is not a number, and what it stands for is 0"
FAR_HINT = "scores of 1,000: the largest of each row must be taken out before exp, and no share is given to a logarithm"
IGNORED_HINT = "the label that does not count is no class at all: it must not be used as an index"
LABELS = integers("N", below="C")


def some_count(inputs: Mapping[str, Array]) -> bool:
    """Whether rows are left, whichever of the classes 0 and 1 does not count."""
    return bool((inputs["y"] != 0).any() and (inputs["y"] != 1).any())


def some_are_wrong(inputs: Mapping[str, Array]) -> bool:
    """Whether a row is far from its label, one that counts in any case: else there is no gradient to speak of."""
    return bool(((inputs["x"].argmax(axis=1) != inputs["y"]) & (inputs["y"] > 1)).any())


MANY = scenario(
    "many_classes", sizes={"N": 2, "C": MANY_CLASSES[0]}, arrange=with_the_last_class("x"), hint=CLASSES_HINT
)
FAR = scenario(
    "far",
    x=normal("N>=3 C>=3", scale=1000.0),
    check="stability",
    smooth=False,
    hint=FAR_HINT,
    accept=some_are_wrong,
)

CONTRACTS = (
    losing(
        contract(
            name="nll_loss",
            x=uniform("N C>=2", -3.0, -0.1),
            y=LABELS,
            returns={"loss": ""},
            joint=True,
            dialects=["reduction"],
            scenarios=[MANY],
        )(Later("losses_classes", "nll_loss")),
        "x",
    ),
    losing(
        contract(
            name="kl_loss",
            x=uniform("N C>=2", -3.0, -0.1),
            y=uniform("N C>=2", 0.05, 1.0),
            returns={"loss": ""},
            joint=True,
            wrt=["x"],
            dialects=["reduction"],
            scenarios=[
                scenario(
                    "zeros",
                    y=choice("N C", 0.0, 0.25, 1.0),
                    sizes={"N": 3, "C": 4},
                    check="stability",
                    smooth=False,
                    hint=ZEROS_HINT,
                )
            ],
        )(Later("losses_classes", "kl_loss")),
        "x",
    ),
    losing(
        contract(
            name="focal_loss",
            x="N C>=2",
            y=LABELS,
            returns={"loss": ""},
            joint=True,
            alternatives=[Later("losses_classes", "focal_loss_by_log_sum_exp")],
            options={"gamma": (2.0, 1.0, 3.0)},
            dialects=["reduction"],
            scenarios=[FAR, MANY],
        )(Later("losses_classes", "focal_loss")),
        "x",
    ),
    contract(
        name="cross_entropy_extended",
        x="N>=2 C>=3",
        y=LABELS,
        weight=uniform("C", 0.3, 2.0),
        returns={"loss": ""},
        joint=True,
        wrt=["x"],
        alternatives=[Later("losses_classes", "cross_entropy_extended_by_log_sum_exp")],
        options={"ignore_index": (-100, 0, 1), "label_smoothing": (0.0, 0.1, 0.3)},
        dialects=["reduction"],
        accept=some_count,
        scenarios=[
            scenario(
                "no_class",
                y=integers("N", below="C", low=-1),
                options={"ignore_index": (-1,)},
                sizes={"N": 7},
                accept=lambda inputs: bool((inputs["y"] < 0).any() and (inputs["y"] >= 0).any()),
                hint=IGNORED_HINT,
            ),
            FAR,
            MANY,
        ],
    )(Later("losses_classes", "cross_entropy_extended")),
)
