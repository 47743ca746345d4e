"""Mistakes in attention with several heads."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.attention.base import attention, heads_of
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("attention_mask", "heads_scale", "projection_weights")

HEADS = "multi_head_attention"


def _reshaped(x: Array, heads: int) -> Array:
    return x.reshape(len(x), heads, x.shape[1], -1)


def _reshaped_back(x: Array) -> Array:
    return x.reshape(len(x), x.shape[2], -1)


@wrong(
    HEADS,
    "Your heads are split by a reshape alone; the columns are split, and then the axes of steps and heads exchanged.",
    "Which numbers of x end up in the first head: its first columns, or its first steps?",
)
def heads_split_by_a_reshape() -> Functions:
    return heads_of(_reshaped, _reshaped_back, _reshaped_back, _reshaped)


@wrong(
    HEADS,
    "Your heads are merged by a reshape alone; the axes of heads and steps are exchanged first.",
    "Print the shape before you merge: which axis lies beside the last one?",
)
def heads_merged_by_a_reshape() -> Functions:
    return heads_of(together=_reshaped_back, together_back=_reshaped)


@wrong(
    HEADS,
    "Your heads take every heads-th column; a head has columns that lie side by side.",
    "Is the head the first or the last axis of your reshape?",
)
def heads_take_every_other_column() -> Functions:
    def apart(x: Array, heads: int) -> Array:
        return np.moveaxis(x.reshape(*x.shape[:2], -1, heads), 3, 1)

    def back(x: Array) -> Array:
        return np.moveaxis(x, 1, 3).reshape(len(x), x.shape[2], -1)

    return heads_of(apart, back, back, apart)


@wrong(
    HEADS,
    "Your keys and values are exchanged; queries are compared with keys, and values are mixed.",
    "Which of the two does the softmax see?",
)
def keys_and_values_exchanged() -> Functions:
    return heads_of(chosen=lambda q, k, v: (q, v, k))


@wrong(
    HEADS,
    "Your gradients of the inputs multiply by W; they multiply by W.T.",
    "The forward multiplies x by W on the right: what undoes the shapes, if W were not square?",
)
def input_gradient_by_the_weights_as_they_are() -> Functions:
    return heads_of(dx=lambda d, w: d @ w)


@wrong(
    HEADS,
    "Your gradients of the inputs are those of what was projected; they go through Wq, Wk and Wv still.",
    "What stands between q and its heads?",
)
def projections_not_differentiated() -> Functions:
    return heads_of(dx=lambda d, _w: d)


@wrong(
    HEADS,
    "Your backward leaves the last projection out; the gradient of the heads is dout @ Wo.T.",
    "Which is the last step of your forward, and so the first of your backward?",
)
def last_projection_left_out_of_the_backward() -> Functions:
    return heads_of(dinner=lambda dout, _wo: dout)


@wrong(
    HEADS,
    "Your bias gradients are means over the samples; they are sums.",
    "Each sample and step adds its own share to the loss; nothing divides by N here.",
)
def bias_gradients_are_means() -> Functions:
    return heads_of(db=lambda d: d.sum(axis=1).mean(axis=0))


@wrong(
    HEADS,
    "Your bias gradients have the shape (1, E); the biases have the shape (E,), and so have their gradients.",
    "Look at what keeps the summed axis alive.",
)
def bias_gradients_keep_a_row_axis() -> Functions:
    return heads_of(db=lambda d: d.sum(axis=(0, 1))[np.newaxis])


@wrong(
    HEADS,
    "Your scores are not scaled; each head's are divided by the root of its width.",
    "How large are the products of queries and keys when a head grows wider?",
)
def scores_not_scaled() -> Functions:
    def one(q: Array, _v: Array) -> Array:
        return np.ones((), q.dtype)

    return heads_of(mixed=lambda: attention(divisor=one, divisor_back=one))


@wrong(
    HEADS,
    "Your backward of the softmax is its diagonal alone; each weight depends on every score of its row.",
    "What happens to the other weights of a row if one score grows?",
)
def softmax_backward_is_the_diagonal() -> Functions:
    return heads_of(mixed=lambda: attention(back=lambda dweights, weights: dweights * weights * (1 - weights)))


@wrong(
    HEADS,
    "Your mask is ignored; a query gives no weight to a key where the mask is false.",
    "Does the mask that you are given reach the heads?",
)
def mask_does_not_reach_the_heads() -> Functions:
    return heads_of(mixed=lambda: attention(masked=lambda scores, _mask: scores))
