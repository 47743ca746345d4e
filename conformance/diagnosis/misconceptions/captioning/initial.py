"""Mistakes in the parameters that a network which writes captions starts with."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.captioning.base import usual, writer

BOTH = "captioning_rnn captioning_lstm"
DRAWN = "Print the mean and the standard deviation of each weight matrix of a new network: what should they be?"


@wrong(
    BOTH,
    "Your weights start at 0; they are random, or all hidden units stay alike.",
    "Print the weights of a new network: how do two of its units differ?",
)
def weights_start_at_0() -> Functions:
    return writer(drawn=lambda _rng, shape: np.zeros(shape))


@wrong(BOTH, "Your weights all start above 0; they are drawn from a normal distribution around 0.", DRAWN)
def weights_start_positive() -> Functions:
    return writer(drawn=lambda rng, shape: np.abs(usual(rng, shape)))


@wrong(
    BOTH,
    "Your weights start with a deviation of their own; it is one over the root of their inputs.",
    DRAWN,
)
def weights_not_divided_by_the_root() -> Functions:
    return writer(drawn=lambda rng, shape: rng.standard_normal(shape))


@wrong(BOTH, "Your biases do not start at 0; they do, as the weights are random.", DRAWN)
def biases_do_not_start_at_0() -> Functions:
    return writer(biased=np.ones)
