"""Mistakes in layer normalization."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    TINY,
    Backward,
    Forward,
    Step,
    by_x,
    layernorm,
    mean,
    through_mean,
    through_variance,
    variance,
    variance_by_one_less,
    with_default_eps,
)
from gradproof.conformance.spec.cases import Array


def forward(**steps: Step) -> Functions:
    """Steps of the forward replaced."""
    return layernorm(Forward(**steps))


def backward(**steps: Step) -> Functions:
    """Steps of the backward replaced."""
    return layernorm(backward=Backward(**steps))


@wrong(
    "layernorm",
    "You normalise each feature over the batch, forward and backward; layer normalization works on each sample alone.",
    "Does the output for one sample depend on which others are in the batch?",
)
def normalizes_over_the_batch() -> Functions:
    return layernorm(axis=0)


@wrong(
    "layernorm",
    "Your forward normalises each feature over the batch; layer normalization works on each sample alone.",
    "Does the output for one sample depend on which others are in the batch?",
)
def forward_normalizes_over_the_batch() -> Functions:
    return forward(mean=lambda x, axis: mean(x, 0), variance=lambda x, centre, axis: variance(x, centre, 0))


@wrong(
    "layernorm",
    "You take one mean and one variance of all of x; each sample has its own.",
    "How many means should there be?",
)
def statistics_over_everything() -> Functions:
    return forward(mean=lambda x, axis: x.mean(), variance=lambda x, centre, axis: x.var())


@wrong(
    "layernorm",
    "You divide the variance by D - 1; layer normalization divides by D.",
    "Which of the two estimates of a variance is meant? Try samples of two features.",
)
def variance_by_d_minus_1() -> Functions:
    return forward(variance=variance_by_one_less)


@wrong(
    "layernorm",
    "You subtract the squared mean from the mean square, and rounding eats the difference; average squared deviations.",
    "Try values around 1,000 that differ in the third decimal.",
)
def variance_in_one_pass() -> Functions:
    return forward(variance=lambda x, centre, axis: (x * x).mean(axis=axis, keepdims=True) - centre * centre)


@wrong(
    "layernorm",
    "You leave eps out; it keeps the root away from 0.",
    "What happens to a sample whose features are all the same?",
)
def eps_is_missing() -> Functions:
    return forward(root=lambda variance, eps: np.sqrt(variance))


@wrong(
    "layernorm",
    "You add eps to the root; eps stands under the root, beside the variance.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root() -> Functions:
    return forward(root=lambda variance, eps: np.sqrt(variance) + eps)


@wrong(
    "layernorm",
    "Your eps is always 1e-5; it is the one in ln_param, if that has one.",
    "Pass a larger eps: does the output change?",
)
def eps_is_hard_coded() -> Functions:
    return forward(root=lambda variance, eps: np.sqrt(variance + 1e-5))


@wrong(
    "layernorm",
    "You divide by the variance; layer normalization divides by its root.",
    "What is the deviation of each of your samples, with gamma 1 and beta 0?",
)
def root_is_missing() -> Functions:
    return forward(root=lambda variance, eps: variance + eps)


@wrong(
    "layernorm",
    "You do not subtract the mean; layer normalization centres each sample before it scales it.",
    "What is the mean of each of your samples, with gamma 1 and beta 0?",
)
def mean_is_not_subtracted() -> Functions:
    return forward(mean=lambda x, axis: 0, variance=lambda x, centre, axis: x.var(axis=axis, keepdims=True))


@wrong(
    "layernorm",
    "You return the standardised x; gamma scales it and beta shifts it.",
    "What do gamma and beta do in your forward?",
)
def gamma_and_beta_are_forgotten() -> Functions:
    return forward(affine=lambda x_hat, gamma, beta: x_hat)


@wrong(
    "layernorm",
    "Your dx averages over the batch; the statistics of the forward were each sample's own, over its features.",
    "Which axis did the forward average over, and which the backward?",
)
def dx_averages_over_the_batch() -> Functions:
    return backward(dx=lambda g, cache: by_x(g, replace(cache, axis=0)))


@wrong(
    "layernorm",
    "Your dx divides its sums by the number of samples; they run over the features, so it divides by their number.",
    "How many terms does each of the sums have?",
)
def dx_counts_the_samples() -> Functions:
    def dx(g: Array, cache: Any) -> Any:
        terms = through_mean(g, cache) + through_variance(g, cache)
        return (g - terms * g.shape[1] / g.shape[0]) / cache.std

    return backward(dx=dx)


@wrong(
    "layernorm",
    "Your dx leaves gamma out; on its way to x the gradient passes the scale.",
    "What did the forward do with x_hat before it returned?",
)
def dx_forgets_gamma() -> Functions:
    return backward(upstream=lambda dout, cache: dout)


@wrong(
    "layernorm",
    "Your dx multiplies by gamma at the end; gamma differs along the axis that is averaged, so it comes first.",
    "Over which axis do the sums run, and is gamma constant along it?",
)
def dx_multiplies_by_gamma_last() -> Functions:
    return backward(upstream=lambda dout, cache: dout, dx=lambda g, cache: cache.gamma * by_x(g, cache))


@wrong(
    "layernorm",
    "Your dx leaves out the way straight through x; x reaches the output directly too, not by mean and variance alone.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_direct_term() -> Functions:
    return backward(dx=lambda g, cache: -(through_mean(g, cache) + through_variance(g, cache)) / cache.std)


@wrong(
    "layernorm",
    "Your dx leaves out the way through the mean; the mean of a sample depends on each of its features.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_mean_term() -> Functions:
    return backward(dx=lambda g, cache: (g - through_variance(g, cache)) / cache.std)


@wrong(
    "layernorm",
    "Your dx leaves out the way through the variance; the variance of a sample depends on each of its features.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_variance_term() -> Functions:
    return backward(dx=lambda g, cache: (g - through_mean(g, cache)) / cache.std)


@wrong(
    "layernorm",
    "Your dgamma is the sum of dout alone; each dout counts with the standardised x that gamma was multiplied by.",
    "What is the derivative of the output by gamma?",
)
def dgamma_without_x_hat() -> Functions:
    return backward(dgamma=lambda dout, cache: dout.sum(axis=0))


@wrong(
    "layernorm",
    "Your dgamma and dbeta add the features of each sample; they add the samples of each feature.",
    "Which shape do gamma and beta have?",
)
def parameter_gradients_over_the_features() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).sum(axis=1), dbeta=lambda dout: dout.sum(axis=1))


@wrong(
    "layernorm",
    "Your dgamma and dbeta are means over the batch; they are sums.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def parameter_gradients_are_means() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).mean(axis=0), dbeta=lambda dout: dout.mean(axis=0))


@wrong(
    "layernorm",
    "You write into ln_param; it belongs to the caller, and layer normalization has nothing to remember.",
    "Print ln_param before and after the call. Is there a difference between training and test?",
)
def writes_into_ln_param() -> Functions:
    right = layernorm()

    def layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]) -> Any:
        ln_param.update(mode="train", running_mean=np.zeros(len(x)), running_var=np.zeros(len(x)))
        return right["layernorm_forward"](x, gamma, beta, ln_param)

    return {**right, "layernorm_forward": layernorm_forward}


@wrong(
    "layernorm",
    "Your dgamma has the shape (1, D); gamma has the shape (D,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def dgamma_keeps_a_row_axis() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).sum(axis=0, keepdims=True))


@wrong(
    "layernorm",
    "Your dbeta has the shape (1, D); beta has the shape (D,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def dbeta_keeps_a_row_axis() -> Functions:
    return backward(dbeta=lambda dout: dout.sum(axis=0, keepdims=True))


@wrong(
    "layernorm",
    "Your eps is 1e-8 where ln_param has none; the default is 1e-5.",
    "Call it without eps on samples that hardly vary: which eps do you take, and which does the handout give?",
)
def default_eps_is_another() -> Functions:
    return with_default_eps(layernorm(), "layernorm_forward", TINY)


@wrong(
    "layernorm",
    "Your backward counts rows by the first axis alone; in a sequence every step is a row of its own.",
    "Over how many numbers is one mean taken in your forward, and over how many in your backward?",
)
def rows_counted_by_the_first_axis() -> Functions:
    def layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]) -> Any:
        centred = x - x.mean(axis=-1, keepdims=True)
        inverse = 1 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + ln_param.get("eps", 1e-5))
        return centred * inverse * gamma + beta, (centred * inverse, inverse, gamma)

    def layernorm_backward(dout: Array, cache: Any) -> Any:
        x_hat, inverse, gamma = cache
        g, hat, root = (each.reshape(len(dout), -1) for each in (dout * gamma, x_hat, inverse))
        dx = g - g.mean(axis=1, keepdims=True) - hat * (g * hat).mean(axis=1, keepdims=True)
        dx = dx.reshape(dout.shape) * root.reshape(inverse.shape)
        rows = tuple(range(dout.ndim - 1))
        return dx, (dout * x_hat).sum(axis=rows), dout.sum(axis=rows)

    return {"layernorm_forward": layernorm_forward, "layernorm_backward": layernorm_backward}
