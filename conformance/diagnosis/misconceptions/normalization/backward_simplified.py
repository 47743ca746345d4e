"""Mistakes in the simplified backward of batch normalization alone."""

from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    BACKWARD,
    Backward,
    Standardized,
    Step,
    batchnorm,
)
from gradproof.conformance.spec.cases import Array


def simplified(dx: Step) -> Functions:
    """Another dx from ``(N, dout, dbeta, dgamma, cache)`` in the simplified backward alone."""

    def step(dout: Array, cache: Standardized) -> Any:
        return dx(len(dout), dout, BACKWARD.dbeta(dout), BACKWARD.dgamma(dout, cache), cache)

    return batchnorm(alt=Backward(upstream=lambda dout, cache: dout, dx=step))


@wrong(
    "batchnorm_alt",
    "In your simplified dx dout is not multiplied by N; with 1/N in front, dout stands there N times.",
    "Expand the parentheses: which factor remains on dout?",
)
def dout_is_not_multiplied_by_n() -> Functions:
    return simplified(lambda n, dout, dbeta, dgamma, c: c.gamma / (n * c.std) * (dout - dbeta - c.x_hat * dgamma))


@wrong(
    "batchnorm_alt",
    "Your simplified dx is not divided by N; dbeta and dgamma are sums, and 1/N stands in front.",
    "Does your dx grow with the size of the batch?",
)
def dx_is_not_divided_by_n() -> Functions:
    return simplified(lambda n, dout, dbeta, dgamma, c: c.gamma / c.std * (n * dout - dbeta - c.x_hat * dgamma))


@wrong(
    "batchnorm_alt",
    "In your simplified dx dgamma and dbeta have changed places; dgamma goes with x_hat.",
    "Which of the two sums has x_hat in it, and through which statistic does it come?",
)
def dgamma_and_dbeta_change_places_in_dx() -> Functions:
    return simplified(lambda n, dout, dbeta, dgamma, c: c.gamma / (n * c.std) * (n * dout - dgamma - c.x_hat * dbeta))


@wrong(
    "batchnorm_alt",
    "In your simplified dx dgamma stands without x_hat; the way through the variance is dgamma times x_hat.",
    "Which of the terms differs from sample to sample?",
)
def dgamma_stands_without_x_hat_in_dx() -> Functions:
    return simplified(lambda n, dout, dbeta, dgamma, c: c.gamma / (n * c.std) * (n * dout - dbeta - dgamma))


@wrong(
    "batchnorm_alt",
    "Your simplified dx has gamma on dout alone; gamma multiplies all three terms.",
    "Which of the sums were taken before gamma was multiplied in?",
)
def gamma_on_dout_alone() -> Functions:
    return simplified(lambda n, dout, dbeta, dgamma, c: (n * dout * c.gamma - dbeta - c.x_hat * dgamma) / (n * c.std))
