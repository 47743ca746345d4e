"""Mistakes in self-attention with one packed matrix."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.transformer_blocks.base import self_attention
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("attention_mask", "heads_scale", "projection_weights")

SELF = "self_attention"


def _by_head(w: Array, heads: int) -> list[Array]:
    parts = np.split(w.reshape(*w.shape[:-1], heads, -1), 3, axis=-1)
    return [part.reshape(*w.shape[:-1], -1) for part in parts]


def _by_head_back(parts: list[Array], heads: int) -> Array:
    apart = [part.reshape(*part.shape[:-1], heads, -1) for part in parts]
    return np.concatenate(apart, axis=-1).reshape(*parts[0].shape[:-1], -1)


@wrong(
    SELF,
    "Your packed columns are cut by heads first; those of all queries come first, then all keys, then all values.",
    "Which columns of W make the second head's queries?",
)
def packed_by_heads_first() -> Functions:
    return self_attention(_by_head, _by_head_back)


@wrong(
    SELF,
    "Your packed columns hold keys, queries and values; the order is queries, keys, values.",
    "Which third of W makes the queries?",
)
def queries_and_keys_exchanged() -> Functions:
    def exchanged(w: Array, _heads: int) -> list[Array]:
        q, k, v = np.split(w, 3, axis=-1)
        return [k, q, v]

    return self_attention(exchanged, lambda parts, _heads: np.concatenate([parts[1], parts[0], parts[2]], axis=-1))


@wrong(
    SELF,
    "Your dx is that of the queries alone; x is query, key and value, so the three gradients add up.",
    "How many arrows leave x?",
)
def gradient_of_the_queries_alone() -> Functions:
    return self_attention(dx=lambda dq, _dk, _dv: dq)


@wrong(
    SELF,
    "Your dx leaves the values out; x is query, key and value, so the three gradients add up.",
    "How many arrows leave x?",
)
def gradient_of_the_values_left_out() -> Functions:
    return self_attention(dx=lambda dq, dk, _dv: dq + dk)


@wrong(
    SELF,
    "Your self-attention leaves the mask out; no query may look where the mask forbids it.",
    "Where does the mask enter your forward?",
)
def mask_left_out() -> Functions:
    return self_attention(seen=lambda _mask: None)
