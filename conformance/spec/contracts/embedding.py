"""word_embedding, padded_embedding, temporal_affine and temporal_softmax_loss."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Array, length
from gradproof.conformance.spec.cases import normal as normal_values
from gradproof.conformance.spec.contract import Case, Contract, Dialect, Drawn, Observations
from gradproof.conformance.spec.in_use.unusual import unusual
from gradproof.conformance.spec.open_row.ranges import choice, integers, levels, mask, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

REPEATED_HINT = "two words fill the whole text, most rows of W are never used: every place adds to its word's row"
BYTES_HINT = "the words come as unsigned bytes, one of them twice: an index computed from them overflows at 256"
FAR_HINT = "the scores of a step lie at 1,000, up or down: the largest of each step must be taken out before exp"
HUGE_HINT = (
    "scores of 1,000: the largest of each step must be taken out before exp, and no share is given to a logarithm"
)
LABELS_HINT = "the labels come as unsigned bytes: an index computed from them overflows at 256"
AXES_HINT = "the words do not stand in a matrix: each place of x, however many axes it has, is a word"
PADDING_HINT = "the padding is among the words: its row is read, and has no gradient"
FLOATS_HINT = "the mask is of floats, 0 and 1: it multiplies, or is made one of booleans, but is no index as it is"
NOTHING_HINT = "the mask keeps nothing: there is nothing to add up, and 0 is no divisor"
NOTHING = "nothing_kept"
FAR = 1000.0


def draw_words(axes: int, rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """Words of one axis, or of three."""
    shape = tuple(length(rng, 4, 2) for _ in range(axes))
    words, features = length(rng, 7, 3), length(rng, 4, 2)
    inputs = {"x": rng.integers(0, words, shape), "W": normal_values(rng, words, features)}
    return Drawn({**inputs, "dout": normal_values(rng, *shape, features)})


def the_last_row_twice(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """The first and the last word are that of W's last row."""
    x = arrays["x"].copy()
    x.flat[[0, -1]] = len(arrays["W"]) - 1
    return {"x": x}


def some_are_no_padding(inputs: Mapping[str, Array]) -> bool:
    """Whether a row that is not the padding, 0 or 1, is used."""
    return bool((inputs["x"] > 1).any())


def some_label_is_not_the_largest(inputs: Mapping[str, Array]) -> bool:
    """Whether the loss is far from 0 at a step that counts."""
    return bool((inputs["mask"] & (inputs["x"].argmax(axis=2) != inputs["y"])).any())


def right_ones_on_top(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
    """No right score is far below the largest: what underflows has no share in the loss. One score is, at each step."""
    x, y = arrays["x"].copy(), arrays["y"]
    np.put_along_axis(x, ((y + 1) % x.shape[2])[..., None], -2 * FAR, axis=2)
    return {"x": x}


def nothing_is_free(case: Case, observed: Observations, expected: Observations) -> Observations:
    """No text says what the average over no words is: whatever the submission gives there is expected."""
    if case["mask"].any() or case.dialect.temporal_average == "samples":
        return expected
    return {name: observed.get(name, value) for name, value in expected.items()}


def of_any_shape(row: Contract) -> Contract:
    """The row, and words that do not stand in a matrix: they may be refused."""
    others = (("one_axis", 1, 22), ("three_axes", 3, 23))
    more = (unusual(name, partial(draw_words, axes), place, AXES_HINT, at_once=True) for name, axes, place in others)
    return replace(row, scenarios=(*row.scenarios, *more))


def of_any_mask(row: Contract) -> Contract:
    """The row; where nothing is kept there is no gradient that could tell right from wrong, and raising is fine."""
    scenarios = (replace(each, may_refuse=each.name == NOTHING) for each in row.scenarios)
    return replace(row, scenarios=tuple(scenarios), align=nothing_is_free)


WORDS = contract(
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
            arrange=the_last_row_twice,
            hint=BYTES_HINT,
        ),
    ],
)(Later("embedding", "word_embedding_forward"))

LOSS = contract(
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
            x=normal("N T V>=2", scale=FAR),
            check="stability",
            smooth=False,
            hint=HUGE_HINT,
            accept=some_label_is_not_the_largest,
        ),
        scenario(
            "bytes", y=integers("N T", below="V", dtype="uint8"), sizes={"V": 250, "N": 2, "T": 3}, hint=LABELS_HINT
        ),
        scenario("float_mask", mask=choice("N T", 0.0, 1.0), sizes={"N": 3, "T": 4, "V": 5}, hint=FLOATS_HINT),
        scenario(
            "far_steps",
            x=levels("N T V", -FAR, 0.0, FAR),
            sizes={"N": 3, "T": 2, "V": 4},
            arrange=right_ones_on_top,
            smooth=False,
            hint=FAR_HINT,
        ),
        scenario(NOTHING, mask=choice("N T", 0.0), sizes={"N": 2, "T": 3, "V": 4}, hint=NOTHING_HINT),
    ],
    advisory=["stability"],
)(Later("embedding", "temporal_softmax_loss"))

CONTRACTS = (
    of_any_shape(WORDS),
    contract(
        name="padded_embedding",
        x=integers("N T", below="V", low=2),  # no padding: with it there is no derivative of the forward
        W="V>=4 D<=5",
        returns={"out": "N T D"},
        wrt=["W"],
        options={"padding_idx": (0, 1)},
        accept=some_are_no_padding,
        scenarios=[
            scenario(
                "padded",
                x=integers("N T", below=3),
                sizes={"V": 5, "N": 3, "T": 5},
                share=3,
                smooth=False,
                hint=PADDING_HINT,
            )
        ],
    )(Later("embedding", "padded_embedding_forward")),
    contract(name="temporal_affine", x="N T D", w="D M", b="M", returns={"out": "N T M"})(
        Later("embedding", "temporal_affine_forward")
    ),
    of_any_mask(LOSS),
)
