"""positional_encoding, learned_positions and rope."""

from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

MANY_HINT = "40 steps: the angles go round more than once"
ROWS_HINT = "three samples of 7 steps, and 9 rows: which axis of x is time?"
ONE_HINT = "one sample, one step, two features: no axis may get lost"
MANY = scenario("many_steps", x="N T 2K", sizes={"N": 1, "T": 40, "K": 2}, hint=MANY_HINT)
ONE = scenario("one", x="N T 2K", sizes={"N": 1, "T": 1, "K": 1}, hint=ONE_HINT)

CONTRACTS = (
    contract(
        name="positional_encoding",
        x="N T 2K",
        returns={"out": "N T 2K"},
        dialects=["feature_pairs"],
        longest=5,
        scenarios=[MANY, ONE],
    )(Later("positions", "positional_encoding_forward")),
    contract(
        name="learned_positions",
        x="N T D",
        W="T+2 D",
        returns={"out": "N T D"},
        longest=5,
        scenarios=[
            scenario("many_steps", x="N T D", sizes={"N": 3, "T": 7, "D": 1}, hint=ROWS_HINT),
            scenario("one", x="N T D", sizes={"N": 1, "T": 1, "D": 1}, hint=ONE_HINT),
        ],
    )(Later("positions", "learned_positions_forward")),
    contract(
        name="rope",
        x="N T 2K",
        returns={"out": "N T 2K"},
        dialects=["feature_pairs"],
        longest=5,
        scenarios=[MANY, ONE],
    )(Later("positions", "rope_forward")),
)
