"""Mistakes in attention."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.attention.base import (
    attention,
    hidden,
    of_softmax,
    softmax,
    turned,
)
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("attention_mask", "attention_scale", "masked_rows")


def _not_divided(q: Array, _v: Array) -> Any:
    return q.dtype.type(1)


def _width(q: Array, _v: Array) -> Any:
    return q.dtype.type(q.shape[-1])


def _width_of_values(q: Array, v: Array) -> Any:
    return np.sqrt(q.dtype.type(v.shape[-1]))


@wrong(
    "attention",
    "Your scores are divided by D; they are divided by the root of D.",
    "How large is the product of two random vectors of D numbers, as a rule?",
)
def scores_divided_by_the_width() -> Functions:
    return attention(divisor=_width, divisor_back=_width)


@wrong(
    "attention",
    "Your scores are divided by the root of the values' width; it is the width of queries and keys that counts.",
    "Over which axis does the product of a query and a key sum?",
)
def scores_divided_by_the_width_of_values() -> Functions:
    return attention(divisor=_width_of_values, divisor_back=_width_of_values)


@wrong(
    "attention",
    "Your backward leaves the scale of the scores out; dq and dk are divided by the root of D as the scores are.",
    "Through which steps of the forward does the gradient of the scores go, on its way to q?",
)
def scale_left_out_of_the_backward() -> Functions:
    return attention(divisor_back=_not_divided)


@wrong(
    "attention",
    "Your backward divides dq and dk twice by the root of D; once is what the forward does.",
    "How often is the scale in your forward, and how often in your backward?",
)
def scale_twice_in_the_backward() -> Functions:
    return attention(divisor_back=_width)


@wrong(
    "attention",
    "Your softmax runs over the queries; it runs over the keys, so that the weights of each query sum to 1.",
    "Sum your weights over the last axis: what is it, and what must it be?",
)
def softmax_over_the_queries() -> Functions:
    def back(dweights: Array, weights: Array) -> Array:
        return np.asarray(weights * (dweights - (dweights * weights).sum(axis=-2, keepdims=True)))

    return attention(squashed=lambda scores: softmax(scores, -2), back=back)


@wrong(
    "attention",
    "Your mask is applied after the softmax; it hides keys before it, so that the weights that are left sum to 1.",
    "Which keys does the sum under your softmax run over?",
)
def mask_after_the_softmax() -> Functions:
    def after(weights: Array, mask: Array | None) -> Array:
        return weights if mask is None else np.asarray(weights * mask)

    return attention(masked=lambda scores, _mask: scores, after=after)


@wrong(
    "attention",
    "Your mask sets scores to 0; a hidden key has a score of minus infinity, for exp(0) is 1.",
    "Which weight does a key with score 0 get?",
)
def hidden_scores_set_to_zero() -> Functions:
    return attention(masked=lambda scores, mask: scores if mask is None else scores * mask)


@wrong(
    "attention",
    "Your mask is ignored; a query gives no weight to a key where the mask is false.",
    "Where does mask enter your formula?",
)
def mask_ignored() -> Functions:
    return attention(masked=lambda scores, _mask: scores)


@wrong(
    "attention",
    "Your mask is shifted by one key; it says of each key itself whether a query may look at it.",
    "May query 0 look at key 1, where the mask is causal?",
)
def mask_shifted_by_one() -> Functions:
    def shifted(scores: Array, mask: Array | None) -> Array:
        if mask is None:
            return scores
        return hidden(scores, np.concatenate([np.ones_like(mask[..., :1]), mask[..., :-1]], axis=-1))

    return attention(masked=shifted)


@wrong(
    "attention",
    "Your backward of the softmax is its diagonal alone; each weight depends on every score of its row.",
    "What happens to the other weights of a row if one score grows?",
)
def softmax_backward_is_the_diagonal() -> Functions:
    return attention(back=lambda dweights, weights: dweights * weights * (1 - weights))


@wrong(
    "attention",
    "Your backward of the softmax leaves the sum over the row out; it is weights * (dweights - sum).",
    "The weights of a row sum to 1: what does that say of the sum of their gradients?",
)
def softmax_backward_without_the_sum() -> Functions:
    return attention(back=lambda dweights, weights: dweights * weights)


@wrong(
    "attention",
    "Your backward goes past the softmax; the scores' gradient is not that of the weights.",
    "Which function stands between the scores and the weights?",
)
def softmax_not_differentiated() -> Functions:
    return attention(back=lambda dweights, _weights: dweights)


@wrong(
    "attention",
    "Your backward divides the scores' gradient by the number of samples; each sample stands for itself.",
    "Does one sample's output depend on how many others there are?",
)
def scores_gradient_divided_by_the_batch() -> Functions:
    return attention(back=lambda dweights, weights: of_softmax(dweights, weights) / weights.dtype.type(len(weights)))


@wrong(
    "attention",
    "Your dv multiplies by the scores; in the forward the weights, after the softmax, multiply v.",
    "What did v get multiplied by?",
)
def values_gradient_by_the_scores() -> Functions:
    def dv(dout: Array, weights: Array, scores: Array) -> Array:
        return np.asarray(turned(np.where(weights == 0, 0, scores)) @ dout)

    return attention(dv=dv)


@wrong(
    "attention",
    "Your softmax takes exp of the scores as they are; the largest of each row must be taken out first.",
    "What is exp(1000)?",
)
def maximum_not_taken_out() -> Functions:
    def squashed(scores: Array) -> Array:
        powers = np.exp(scores)
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))

    return attention(squashed=squashed)


@wrong(
    "attention",
    "Your dq multiplies by the scores' gradient turned round; row t of it belongs to query t.",
    "Which axis of the scores belongs to the queries, and which one does your product sum over?",
)
def dq_by_the_transposed_gradient() -> Functions:
    def crossed(dscores: Array, k: Array) -> Array:
        square = dscores.shape[-1] == dscores.shape[-2]
        return np.asarray((turned(dscores) if square else dscores) @ k)

    return attention(dq=crossed)
