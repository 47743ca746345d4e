"""Mistakes in linear classifiers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.losses_classes import hot_of, logs_of
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("classifier_l2",)
Step = Callable[..., Any]
SVM = "svm_loss_vectorized svm_loss_naive"
SOFTMAX = "softmax_loss_vectorized softmax_loss_naive"


def hinge(scores: Array, hot: Array) -> Any:
    """Loss and gradient of each sample."""
    margins = np.maximum(scores - (scores * hot).sum(axis=1, keepdims=True) + 1 - hot, 0)
    steps = (margins > 0).astype(scores.dtype)
    return margins.sum(axis=1), steps - hot * steps.sum(axis=1, keepdims=True)


def entropy(scores: Array, hot: Array) -> Any:
    """Loss and gradient of each sample."""
    logs = logs_of(scores)
    return -(logs * hot).sum(axis=1), np.exp(logs) - hot


def classifier(
    names: str,
    each: Step,
    loss: Step = lambda own, w, reg: own.mean() + reg * (w * w).sum(),
    dw: Step = lambda dscores, x, w, reg: x.T @ dscores / len(x) + 2 * reg * w,
) -> Functions:
    """A linear classifier, under both of its names."""

    def of_weights(w: Array, x: Array, y: Array, reg: float) -> Any:
        own, dscores = each(x @ w, hot_of(w, y))
        return loss(own, w, reg), dw(dscores, x, w, reg)

    return dict.fromkeys(names.split(), of_weights)


@wrong(
    SVM,
    "Your gradient of the penalty lacks the 2; the penalty is reg * sum of W^2, its gradient 2 * reg * W.",
    "Differentiate reg * W * W.",
)
def penalty_gradient_without_the_two() -> Functions:
    return classifier(SVM, hinge, dw=lambda dscores, x, w, reg: x.T @ dscores / len(x) + reg * w)


@wrong(
    SOFTMAX,
    "Your gradient of the penalty lacks the 2; the penalty is reg * sum of W^2, its gradient 2 * reg * W.",
    "Differentiate reg * W * W.",
)
def gradient_of_the_penalty_without_the_two() -> Functions:
    return classifier(SOFTMAX, entropy, dw=lambda dscores, x, w, reg: x.T @ dscores / len(x) + reg * w)


@wrong(
    SVM,
    "Your right class gets no gradient; each violated margin subtracts the sample from it.",
    "Which two scores does a margin hold?",
)
def right_class_left_out() -> Functions:
    def others_alone(scores: Array, hot: Array) -> Any:
        own, steps = hinge(scores, hot)
        return own, steps * (1 - hot)

    return classifier(SVM, others_alone)


@wrong(
    SVM,
    "Your right class gets the sample subtracted once; it is once for each violated margin.",
    "How many margins hold the score of the right class?",
)
def right_class_once() -> Functions:
    def once(scores: Array, hot: Array) -> Any:
        own, steps = hinge(scores, hot)
        return own, np.sign(steps)

    return classifier(SVM, once)


@wrong(
    SVM,
    "Your gradient is not divided by the number of samples; the loss is.",
    "Is your gradient that of the sum or that of the mean?",
)
def gradient_not_averaged() -> Functions:
    return classifier(SVM, hinge, dw=lambda dscores, x, w, reg: x.T @ dscores + 2 * reg * w)


@wrong(
    SOFTMAX,
    "Your gradient is not divided by the number of samples; the loss is.",
    "Is your gradient that of the sum or that of the mean?",
)
def averaged_in_the_loss_alone() -> Functions:
    return classifier(SOFTMAX, entropy, dw=lambda dscores, x, w, reg: x.T @ dscores + 2 * reg * w)


@wrong(
    SVM,
    "Your penalty is divided by the number of samples; it is added to the mean as it is.",
    "Does the penalty have anything to do with how many samples there are?",
)
def penalty_averaged() -> Functions:
    return classifier(
        SVM,
        hinge,
        loss=lambda own, w, reg: own.mean() + reg * (w * w).sum() / len(own),
        dw=lambda dscores, x, w, reg: (x.T @ dscores + 2 * reg * w) / len(x),
    )
