"""Mistakes in the softmax losses."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.losses.base import (
    of_probabilities,
    of_right_classes,
    of_scores,
    onehot,
    shifted,
    softmax,
)
from gradproof.conformance.spec.cases import Array

BOTH = "softmax_loss softmax_cross_entropy softmax_cross_entropy_backward"
DERIVATIVES = "softmax_loss softmax_cross_entropy_backward"


@wrong(
    BOTH,
    "You exponentiate the scores as they are, and large ones overflow; each row's maximum is subtracted first.",
    "What is exp(1000)? Which constant may be added to a row without changing its softmax?",
)
def maximum_is_not_subtracted() -> Functions:
    return softmax(of_probabilities)


@wrong(
    BOTH,
    "You subtract one maximum from all rows; each row has its own, or a row far below the others vanishes.",
    "Try one row with scores around 0 and another around 1,000.",
)
def one_maximum_for_all_rows() -> Functions:
    return softmax(lambda x: of_probabilities(x - x.max()))


@wrong(
    BOTH,
    "You take the logarithm of a probability that may round to 0; the logarithm comes from the scores.",
    "How large must the gap between two scores be for exp to give 0?",
)
def logarithm_of_zero() -> Functions:
    return softmax(lambda x: of_probabilities(shifted(x)))


@wrong(
    BOTH,
    "You clip the probabilities before the logarithm, so that no loss exceeds a bound; the true loss has none.",
    "What is the loss of a sample whose right class lies 1,000 below the others?",
)
def probabilities_are_clipped() -> Functions:
    def probabilities(x: Array) -> Any:
        p, _ = of_scores(shifted(x))
        return p, np.log(np.clip(p, 1e-12, 1))

    return softmax(probabilities)


@wrong(
    BOTH + " shallow_net",
    "You add a small number to the probabilities before the logarithm; that changes every loss.",
    "Is there a form of the logarithm that needs no such help?",
)
def logarithm_has_an_eps() -> Functions:
    def probabilities(x: Array) -> Any:
        p, _ = of_scores(shifted(x))
        return p, np.log(p + 1e-8)

    return softmax(probabilities)


@wrong(
    BOTH + " shallow_net",
    "Your probabilities add up to 1 over the batch; they add up to 1 over the classes of each sample.",
    "Which axis of the scores holds the classes?",
)
def softmax_over_the_batch() -> Functions:
    return softmax(lambda x: of_scores(x - x.max(axis=0), axis=0))


@wrong(
    BOTH + " shallow_net",
    "Your probabilities add up to 1 over all samples and classes together; they do so for each sample.",
    "What is the sum of each row?",
)
def softmax_over_everything() -> Functions:
    def probabilities(x: Array) -> Any:
        e = np.exp(shifted(x))
        return e / e.sum(), shifted(x) - np.log(e.sum())

    return softmax(probabilities)


@wrong(
    BOTH + " shallow_net",
    "You subtract the maximum in the scores that you were given; they belong to the caller.",
    "Print the scores before and after the call.",
)
def writes_into_the_scores() -> Functions:
    def probabilities(x: Array) -> Any:
        x -= x.max(axis=1, keepdims=True)
        return of_scores(x)

    return softmax(probabilities)


@wrong(
    "softmax_cross_entropy softmax_cross_entropy_backward",
    "Your function reads a name that is defined nowhere; it reads its arguments.",
    "Compare the names in the first line with those below it.",
)
def reads_an_undefined_name() -> Functions:
    def softmax_cross_entropy(logits: Array, y: Array) -> Any:
        raise NameError("name 'x' is not defined")

    return {**softmax(), "softmax_cross_entropy": softmax_cross_entropy}


@wrong(
    BOTH + " shallow_net",
    "Your loss is the sum over the batch; it is the mean.",
    "Does your loss grow with the size of the batch?",
)
def loss_is_not_averaged() -> Functions:
    return softmax(loss=lambda log_p, y: -of_right_classes(log_p, y).sum())


@wrong(
    BOTH + " shallow_net",
    "Your loss is divided by the number of classes too; it is the mean over the samples.",
    "How many terms does the sum have?",
)
def loss_is_averaged_over_the_classes() -> Functions:
    return softmax(loss=lambda log_p, y: -of_right_classes(log_p, y).sum() / log_p.size)


@wrong(
    BOTH + " shallow_net",
    "Your loss is negative; it is minus the logarithm of a probability.",
    "What sign has the logarithm of a number below 1?",
)
def loss_has_the_wrong_sign() -> Functions:
    return softmax(loss=lambda log_p, y: of_right_classes(log_p, y).mean())


@wrong(
    BOTH + " shallow_net",
    "Your loss takes the most likely class; it takes the right one.",
    "Where does y come into your loss?",
)
def loss_of_the_most_likely_class() -> Functions:
    return softmax(loss=lambda log_p, y: -log_p.max(axis=1).mean())


@wrong(
    BOTH + " shallow_net",
    "You take every sample's probability of every label in the batch; each sample has one label.",
    "Which shape does your selection have? It should be one number for each sample.",
)
def every_label_for_every_sample() -> Functions:
    return softmax(loss=lambda log_p, y: -log_p[:, y].mean())


@wrong(
    BOTH + " shallow_net",
    "You take the logarithm to the base 2; the natural one is meant.",
    "What is the loss when all of C classes are equally likely?",
)
def logarithm_to_the_base_two() -> Functions:
    return softmax(loss=lambda log_p, y: -of_right_classes(log_p, y).mean() / np.log(2).astype(log_p.dtype))


@wrong(
    "softmax_loss",
    "Your gradient is not divided by N; the loss is a mean, and so is its gradient.",
    "Which factor stands in front of the sum in the loss?",
)
def gradient_is_not_averaged() -> Functions:
    return softmax(average=lambda dx: dx)


@wrong(
    "softmax_loss",
    "Your gradient is divided by the number of classes too; the loss is the mean over the samples.",
    "Which factor stands in front of the sum in the loss?",
)
def gradient_is_averaged_over_the_classes() -> Functions:
    return softmax(average=lambda dx: dx / dx.size)


@wrong(
    "softmax_cross_entropy_backward",
    "You divide the derivative by N; it is each row's own here, and whoever averages over the batch divides later.",
    "Where in the network is the mean over the batch taken?",
)
def rows_are_averaged() -> Functions:
    return softmax(derivative=lambda p, y: (p - onehot(p, y)) / len(p), average=lambda dx: dx)


@wrong(
    DERIVATIVES,
    "Your gradient is the probabilities; at the right class 1 is subtracted.",
    "What is the sum of each row of the gradient?",
)
def minus_one_is_forgotten() -> Functions:
    return softmax(derivative=lambda p, y: p.copy())


@wrong(
    DERIVATIVES,
    "You subtract 1 everywhere; it is subtracted at the right class alone.",
    "What is the sum of each row of the gradient?",
)
def minus_one_everywhere() -> Functions:
    return softmax(derivative=lambda p, y: p - 1)


@wrong(
    DERIVATIVES,
    "You subtract 1 in whole columns, at every label of the batch; each row has one right class.",
    "How many elements does your index select? It should be one in each row.",
)
def minus_one_in_whole_columns() -> Functions:
    return softmax(derivative=lambda p, y: p - onehot(p, y).any(axis=0))


@wrong(
    DERIVATIVES,
    "Your gradient has the wrong sign; a step against it should lower the loss.",
    "Should the score of the right class grow or shrink?",
)
def gradient_has_the_wrong_sign() -> Functions:
    return softmax(derivative=lambda p, y: onehot(p, y) - p)


@wrong(
    "softmax_cross_entropy_backward",
    "You subtract 1 in the probabilities that you were given; they belong to the caller.",
    "Print them before and after the call.",
)
def writes_into_the_probabilities() -> Functions:
    def derivative(p: Array, y: Array) -> Array:
        p -= onehot(p, y)
        return p

    return softmax(derivative=derivative)


@wrong(
    BOTH,
    "You take the logarithm of a sum of exponentials of the scores as they are, and large scores overflow; each row's "
    "maximum is subtracted first.",
    "What is exp(1000)? Which constant may be added to a row without changing its softmax?",
)
def log_sum_exp_overflows() -> Functions:
    return softmax(of_scores)


@wrong(
    BOTH + " shallow_net",
    "You add 1e-5 to the probabilities before the logarithm; that changes every loss.",
    "Is there a form of the logarithm that needs no such help?",
)
def logarithm_has_a_large_eps() -> Functions:
    def probabilities(x: Array) -> Any:
        p, _ = of_scores(shifted(x))
        return p, np.log(p + 1e-5)

    return softmax(probabilities)
