"""Mistakes in how a block puts attention, affine maps and normalizations together."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.transformer_blocks.base import block, both_blocks

SUPPOSES = ("attention_mask", "projection_weights", "hidden_unit")

PRE, POST = "pre_norm_block", "post_norm_block"
BLOCKS = f"{PRE} {POST}"


@wrong(
    PRE,
    "Your block normalizes after each part; this one normalizes what a part is given.",
    "Does the sum x + part(...) pass a normalization?",
)
def normalizes_after() -> Functions:
    return block(norm_first=False, turned=True)


@wrong(
    POST,
    "Your block normalizes before each part; this one normalizes the sum of x and the part.",
    "Does the sum x + part(...) pass a normalization?",
)
def normalizes_before() -> Functions:
    return block(norm_first=True, turned=True)


@wrong(
    PRE,
    "Your block adds each part to what is normalized; it is added to x as it was.",
    "What lies on the way beside a part: x, or its normalized form?",
)
def adds_to_what_is_normalized() -> Functions:
    return block(norm_first=True, base=lambda _x, inside: inside)


@wrong(
    BLOCKS,
    "Your block leaves x out beside its parts; what a part gives is added to what it was given.",
    "What makes a residual part one?",
)
def nothing_beside_the_parts() -> Functions:
    return both_blocks(beside=np.zeros_like, back_beside=np.zeros_like)


@wrong(
    BLOCKS,
    "Your backward leaves the way beside the parts out; the upstream gradient reaches x by itself too.",
    "How many arrows leave what a part is given?",
)
def gradient_beside_the_parts_lost() -> Functions:
    return both_blocks(back_beside=np.zeros_like)


@wrong(
    BLOCKS,
    "Your block has one scale and shift in both normalizations; the second has its own, gamma2 and beta2.",
    "Which parameters does your second normalization read?",
)
def one_normalization_for_both() -> Functions:
    return both_blocks(norms=lambda first, _second: (first, first))


@wrong(
    BLOCKS,
    "Your block leaves the mask out; its attention is given it.",
    "Where does the mask go from your block on?",
)
def mask_not_handed_on() -> Functions:
    return both_blocks(seen=lambda _mask: None)
