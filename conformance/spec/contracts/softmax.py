"""softmax and log_softmax of rows, and over any axis: softmax_axis and log_softmax_axis."""

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.ranges import Values, choice, levels, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

FAR = 1000.0
FAR_HINT = "rows lie at 1,000, up and down: the largest of each row must be taken out before exp"
APART_HINT = (
    "scores lie 1,000 apart: without the largest taken out exp overflows, and a share that underflows to 0 has no "
    "logarithm; the logarithm of the sum has neither problem"
)
FAR_OUT_HINT = "scores at 1,000, up and down: the largest along the axis must be taken out before exp"
AXIS_HINT = "the axis is not always the last, and there are two to four of them"


def of_rows(name: str, other: str, far: Values, hint: str) -> Contract:
    """Over the rows of a matrix; ``far`` are scores that overflow."""
    return contract(
        name=name,
        x="N C>=2",
        returns={"out": "x"},
        alternatives=[Later("softmax", other)],
        scenarios=[scenario("far_rows", x=far, check="stability", smooth=False, hint=hint)],
    )(Later("softmax", f"{name}_forward"))


def over_an_axis(name: str, other: str) -> Contract:
    """Over an axis that is told."""
    return contract(
        name=name,
        x="N>=2 C>=2",
        returns={"out": "x"},
        options={"axis": (0, 1, -1)},
        alternatives=[Later("softmax", other)],
        scenarios=[
            scenario("three_axes", x="N T>=2 C", sizes={"N": 3, "C": 4}, options={"axis": (1, -2)}, hint=AXIS_HINT),
            scenario(
                "four_axes",
                x="N K H W",
                sizes={"N": 2, "K": 3, "H": 2, "W": 4},
                options={"axis": (0, 1, 2, 3)},
                hint=AXIS_HINT,
            ),
            scenario(
                "far_out",
                x=choice("N C", -FAR, FAR - 1.0, FAR, FAR + 0.5),
                sizes={"N": 4, "C": 5},
                check="stability",
                smooth=False,
                hint=FAR_OUT_HINT,
            ),
        ],
    )(Later("softmax", f"{name}_forward"))


CONTRACTS = (
    of_rows("softmax", "softmax_by_powers", levels("N C>=2", -FAR, 0.0, FAR), FAR_HINT),
    over_an_axis("softmax_axis", "softmax_by_powers"),
    of_rows("log_softmax", "log_softmax_by_log_sum_exp", normal("N C>=2", scale=FAR), APART_HINT),
    over_an_axis("log_softmax_axis", "log_softmax_by_log_sum_exp"),
)
