"""self_attention, pre_norm_block and post_norm_block: what a transformer is a stack of."""

from collections.abc import Mapping

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts.attention import (
    CAUSAL_HINT,
    NO_MASK_HINT,
    THREE_HINT,
    causal,
    with_a_key_for_each,
)
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.open_row.declared import Arrange, Inputs, Variant
from gradproof.conformance.spec.open_row.ranges import choice, mask, normal, uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

SMALL, TINY = 0.5, 0.3
OFF = 4.0  # biases of the hidden layer: what they lead to is on or off for certain, and clear of the kink


def attention_of(width: str) -> Inputs:
    """The packed projections, and what leads out."""
    return {
        "W": normal(f"{width} {3 * int(width[0])}{width[1:]}", scale=SMALL),
        "b": f"{3 * int(width[0])}{width[1:]}",
        "Wo": normal(f"{width} {width}", scale=SMALL),
        "bo": width,
    }


HIDDEN: Inputs = {
    "W1": normal("4 F>=2", scale=TINY),
    "b1": choice("F>=2", -OFF, OFF),
    "W2": normal("F>=2 4", scale=TINY),
    "b2": "4",
}
NORM: Inputs = {"gamma": uniform("4", 0.5, 2.0), "beta": normal("4")}
NORMS: Inputs = {name + number: each for number in "12" for name, each in NORM.items()}


def laid_out(arrange: Arrange) -> Arrange:
    """What is arranged, and the packed matrix in the dialect's layout, (E, 3E) or (3E, E)."""

    def arranged(arrays: Mapping[str, Array], dialect: Dialect) -> dict[str, Array]:
        told = dict(arrange(arrays, dialect))
        return {**told, "W": arrays["W"].T.copy()} if dialect.projection_weights == "out_in" else told

    return arranged


UNMASKED = scenario("unmasked", mask=None, arrange=laid_out(lambda _arrays, _dialect: {}), hint=NO_MASK_HINT)
CAUSAL = scenario("causal", mask=mask("T>=2 T>=2"), arrange=laid_out(causal), hint=CAUSAL_HINT)
ONE_HINT = "one sample: no axis may get lost"
BELOW = ["self_attention", "layernorm", "layernorm_sequences", "feed_forward"]
BLOCK_DIALECTS = ("attention_mask", "projection_weights", "hidden_unit")


def row(
    name: str, width: str, parameters: Inputs, dialects: tuple[str, ...], scenarios: list[Variant], builds_on: list[str]
) -> Contract:
    """A row of x, parameters, heads and a mask that is each sample's own."""
    return contract(
        name=name,
        inputs={"x": f"N T>=2 {width}", **parameters, "mask": mask("N T>=2 T>=2")},
        options={"heads": (1, 2)},
        takes=f"x {' '.join(parameters)} heads mask",
        wrt=["x", *parameters],
        returns={"out": f"N T {width}"},
        dialects=dialects,
        arrange=laid_out(with_a_key_for_each),
        longest=3 if width == "2K" else 2,
        scenarios=[CAUSAL, *scenarios],
        builds_on=builds_on,
    )(Later("transformer_blocks", f"{name}_forward"))


def block(name: str) -> Contract:
    """Of four features: two are 1 and -1 once they are normalized, whatever they were."""
    parameters = {**attention_of("4"), **HIDDEN, **NORMS}
    one = scenario("one", sizes={"N": 1, "T": 2}, hint=ONE_HINT)
    return row(name, "4", parameters, BLOCK_DIALECTS, [one], BELOW)


CONTRACTS = (
    row(
        "self_attention",
        "2K",
        attention_of("2K"),
        ("attention_mask", "heads_scale", "projection_weights"),
        [UNMASKED, scenario("three_heads", sizes={"K": 3, "T": 2}, options={"heads": (3,)}, hint=THREE_HINT)],
        ["multi_head_attention"],
    ),
    block("pre_norm_block"),
    block("post_norm_block"),
)
