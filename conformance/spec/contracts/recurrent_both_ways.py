"""bidirectional_rnn and bidirectional_lstm."""

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.ranges import normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

SMALL = 0.5
ONE_HINT = "one sample and one step: both directions read the same, and no axis may get lost"
NEXT_NUMBER = Later("recurrent_both_ways", "bidirectional_rnn_by_the_next_number")
LONG_HINT = "8 steps: the second direction comes from the last of them"


def both_ways(name: str, width: str, dialects: tuple[str, ...], builds_on: str, *others: Later) -> Contract:
    """The first axis of each state and parameter is the direction."""
    return contract(
        name=name,
        inputs={
            "x": "N T>=2 D",
            "h0": "2 N H",
            "Wx": normal(f"2 D {width}", scale=SMALL),
            "Wh": normal(f"2 H {width}", scale=SMALL),
            "b": f"2 {width}",
        },
        returns={"h": "N T 2H"},
        alternatives=others,
        dialects=dialects,
        longest=3,
        scenarios=[
            scenario("one", sizes={"N": 1, "T": 1}, hint=ONE_HINT),
            scenario("long", sizes={"T": 8, "N": 1, "D": 1, "H": 2}, hint=LONG_HINT),
        ],
        builds_on=[builds_on],
        advisory=["purity"],
    )(Later("recurrent_both_ways", f"{name}_forward"))


CONTRACTS = (
    both_ways("bidirectional_rnn", "H", (), "rnn", NEXT_NUMBER),
    both_ways("bidirectional_lstm", "4H", ("lstm_gates", "lstm_forget"), "lstm"),
)
