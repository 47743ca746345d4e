"""word_embedding, temporal_affine and temporal_softmax_loss."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.open_row.ranges import integers, mask, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

REPEATED_HINT = "two words fill the whole text, most rows of W are never used: every place adds to its word's row"
BYTES_HINT = "the words come as unsigned bytes: an index computed from them overflows at 256"
HUGE_HINT = "scores of 1,000: the largest of each step must be taken out before exp"


def some_label_is_not_the_largest(inputs: Mapping[str, Array]) -> bool:
    """Whether the loss is far from 0 at a step that counts."""
    return bool((inputs["mask"] & (inputs["x"].argmax(axis=2) != inputs["y"])).any())


CONTRACTS = (
    contract(
        name="word_embedding",
        x=integers("N T", below="V"),
        W="V D",
        returns={"out": "N T D"},
        wrt=["W"],
        scenarios=[
            scenario("repeated", x=integers("N T", below=2), sizes={"V": 11, "N": 3, "T": 7}, hint=REPEATED_HINT),
            scenario(
                "bytes",
                x=integers("N T", below="V", dtype="uint8"),
                sizes={"V": 250, "N": 2, "T": 3, "D": 2},
                hint=BYTES_HINT,
            ),
        ],
    )(Later("embedding", "word_embedding_forward")),
    contract(name="temporal_affine", x="N T D", w="D M", b="M", returns={"out": "N T M"})(
        Later("embedding", "temporal_affine_forward")
    ),
    contract(
        name="temporal_softmax_loss",
        x="N T V>=2",
        y=integers("N T", below="V"),
        mask=mask("N T"),
        returns={"loss": ""},
        joint=True,
        alternatives=[Later("embedding", "temporal_softmax_loss_by_log_sum_exp")],
        dialects=["temporal_average"],
        scenarios=[
            scenario(
                "huge_scores",
                x=normal("N T V>=2", scale=1000.0),
                check="stability",
                smooth=False,
                hint=HUGE_HINT,
                accept=some_label_is_not_the_largest,
            ),
            scenario(
                "bytes", y=integers("N T", below="V", dtype="uint8"), sizes={"V": 250, "N": 2, "T": 3}, hint=BYTES_HINT
            ),
        ],
        advisory=["stability"],
    )(Later("embedding", "temporal_softmax_loss")),
)
