"""Mistakes in the multiclass hinge loss."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.losses.base import Step, onehot
from gradproof.conformance.spec.cases import Array


def less_the_slopes_of_the_row(slopes: Array, right: Array) -> Any:
    """At the right class, minus the sum of the row's other slopes."""
    return slopes - right * slopes.sum(axis=1, keepdims=True)


def mean_over_samples(values: Array) -> Any:
    """The sum divided by the number of samples."""
    return values.sum() / len(values)


def svm(
    margin: Step = lambda x, of_right: x - of_right + 1,
    hinge: Step = lambda margin: np.maximum(margin, 0),
    counted: Step = lambda margins, right: np.where(right, 0, margins),
    value: Step = lambda margins: margins,
    slope: Step = lambda margins: (margins > 0).astype(margins.dtype),
    at_right: Step = less_the_slopes_of_the_row,
    loss: Step = mean_over_samples,
    average: Step = lambda dx: dx / len(dx),
) -> Functions:
    """The hinge loss, step by step."""

    def svm_loss(x: Array, y: Array) -> Any:
        right = onehot(x, y).astype(bool)
        margins = counted(hinge(margin(x, x[right][:, np.newaxis])), right)
        return loss(value(margins)), average(at_right(slope(margins), right))

    return {"svm_loss": svm_loss}


@wrong(
    "svm_loss",
    "You count the margin of the right class; the sum runs over the other classes.",
    "What is the margin of the right class with itself?",
)
def margin_of_the_right_class_is_counted() -> Functions:
    return svm(counted=lambda margins, right: margins)


@wrong(
    "svm_loss",
    "You leave the 1 out of the margin; the right class is to win by 1.",
    "What is the loss if all scores are equal?",
)
def margin_is_forgotten() -> Functions:
    return svm(margin=lambda x, of_right: x - of_right)


@wrong(
    "svm_loss",
    "Your margin has its sign reversed; a wrong class costs when its score is high.",
    "What does a very high score of the right class do to the loss?",
)
def margin_has_the_wrong_sign() -> Functions:
    return svm(margin=lambda x, of_right: of_right - x + 1)


@wrong(
    "svm_loss",
    "You let negative margins reward; a margin below 0 counts as 0.",
    "Can your loss be negative?",
)
def negative_margins_count() -> Functions:
    return svm(hinge=lambda margin: margin)


@wrong(
    "svm_loss",
    "You square the margins; this hinge loss adds them as they are.",
    "Which of the two hinge losses does the task ask for?",
)
def hinge_is_squared() -> Functions:
    return svm(value=np.square, slope=lambda margins: 2 * margins)


@wrong(
    "svm_loss",
    "You count the worst class of each sample alone; every class that comes too close counts.",
    "How many terms does a sample have?",
)
def only_the_worst_class_counts() -> Functions:
    def counted(margins: Array, right: Array) -> Any:
        others = np.where(right, 0, margins)
        return np.where(others == others.max(axis=1, keepdims=True), others, 0)

    return svm(counted=counted)


@wrong(
    "svm_loss",
    "Your loss is the sum over the batch; it is the mean.",
    "Does your loss grow with the size of the batch?",
)
def loss_is_not_averaged() -> Functions:
    return svm(loss=np.sum)


@wrong(
    "svm_loss",
    "Your loss is divided by the number of classes too; it is the mean over the samples.",
    "Which of the two sums has a mean in the formula?",
)
def loss_is_averaged_over_the_classes() -> Functions:
    return svm(loss=np.mean)


@wrong(
    "svm_loss",
    "Your gradient is not divided by N; the loss is a mean, and so is its gradient.",
    "Which factor stands in front of the sum in the loss?",
)
def gradient_is_not_averaged() -> Functions:
    return svm(average=lambda dx: dx)


@wrong(
    "svm_loss",
    "Your gradient at the right class is -1; it is minus the number of classes that come too close.",
    "In how many terms does the score of the right class stand?",
)
def right_class_counts_once() -> Functions:
    return svm(at_right=lambda slopes, right: slopes - right * (slopes.sum(axis=1, keepdims=True) > 0))


@wrong(
    "svm_loss",
    "Your gradient at the right class is 0; its score stands in every margin of its sample.",
    "What does a higher score of the right class do to the loss?",
)
def right_class_has_no_gradient() -> Functions:
    return svm(at_right=lambda slopes, right: slopes)


@wrong(
    "svm_loss",
    "Your gradient at the right class is positive; a higher score of the right class lowers the loss.",
    "With which sign does the score of the right class stand in a margin?",
)
def right_class_has_the_wrong_sign() -> Functions:
    return svm(at_right=lambda slopes, right: slopes + right * slopes.sum(axis=1, keepdims=True))


@wrong(
    "svm_loss",
    "Your gradient at the other classes is the margin itself; the slope of a margin above 0 is 1.",
    "Differentiate one term by one score.",
)
def slope_is_the_margin() -> Functions:
    return svm(slope=lambda margins: margins)
