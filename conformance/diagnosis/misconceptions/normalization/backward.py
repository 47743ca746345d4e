"""Mistakes in the backwards of batch normalization: in both, and in the step by step one."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    Backward,
    Standardized,
    Step,
    batchnorm,
    by_x,
    through_mean,
    through_variance,
)
from gradproof.conformance.spec.cases import Array


def backward(**steps: Step) -> Functions:
    """Steps replaced in both backwards."""
    return batchnorm(backward=Backward(**steps))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma is the sum of dout alone; each dout counts with the standardised x that gamma was multiplied by.",
    "What is the derivative of the output by gamma?",
)
def dgamma_without_x_hat() -> Functions:
    return backward(dgamma=lambda dout, cache: dout.sum(axis=0))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma takes the scaled x_hat; the derivative by gamma is x_hat itself, as it was before the scale.",
    "What did gamma multiply in the forward?",
)
def dgamma_by_the_scaled_x_hat() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.gamma * cache.x_hat).sum(axis=0))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma takes the centred x; gamma was multiplied by the standardised one.",
    "What did gamma multiply in the forward?",
)
def dgamma_by_the_centred_x() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat * cache.std).sum(axis=0))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma is a mean over the batch; it is a sum.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dgamma_is_a_mean() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).mean(axis=0))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma has the shape (1, D); gamma has the shape (D,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def dgamma_keeps_a_row_axis() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).sum(axis=0, keepdims=True))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dbeta is a mean over the batch; it is a sum.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dbeta_is_a_mean() -> Functions:
    return backward(dbeta=lambda dout: dout.mean(axis=0))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dbeta has the shape (1, D); beta has the shape (D,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def dbeta_keeps_a_row_axis() -> Functions:
    return backward(dbeta=lambda dout: dout.sum(axis=0, keepdims=True))


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx leaves gamma out; on its way to x the gradient passes the scale.",
    "What did the forward do with x_hat before it returned?",
)
def dx_forgets_gamma() -> Functions:
    return backward(upstream=lambda dout, cache: dout)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx leaves out the way straight through x; x reaches the output directly too, not by mean and variance alone.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_direct_term() -> Functions:
    return backward(dx=lambda g, cache: -(through_mean(g, cache) + through_variance(g, cache)) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx leaves out the way through the mean; the mean of the batch depends on every x.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_mean_term() -> Functions:
    return backward(dx=lambda g, cache: (g - through_variance(g, cache)) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx leaves out the way through the variance; the variance of the batch depends on every x.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_variance_term() -> Functions:
    return backward(dx=lambda g, cache: (g - through_mean(g, cache)) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx takes mean and variance for constants; both depend on every x of the batch.",
    "Of what are the mean and the variance functions?",
)
def dx_with_constant_statistics() -> Functions:
    return backward(dx=lambda g, cache: g / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx adds the way through the variance; it is subtracted.",
    "When the variance grows, does x_hat grow or shrink?",
)
def dx_adds_the_variance_term() -> Functions:
    return backward(dx=lambda g, cache: (g - through_mean(g, cache) + through_variance(g, cache)) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx takes the way through the variance twice; the 1/2 of the root's derivative is missing.",
    "What is the derivative of a number to the power of -1/2?",
)
def dx_forgets_the_half_of_the_root() -> Functions:
    return backward(dx=lambda g, cache: (g - through_mean(g, cache) - 2 * through_variance(g, cache)) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx keeps the power -1/2 when it goes through the root; differentiating lowers it to -3/2.",
    "What is the derivative of a number to the power of -1/2?",
)
def dx_keeps_the_power_of_the_root() -> Functions:
    return backward(
        dx=lambda g, cache: (g - through_mean(g, cache) - through_variance(g, cache) * cache.std**2) / cache.std
    )


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx averages by N - 1; mean and variance of the forward divide by N, and so does their derivative.",
    "Which count did the forward divide by?",
)
def dx_by_n_minus_1() -> Functions:
    def dx(g: Array, cache: Standardized) -> Any:
        terms = through_mean(g, cache) + through_variance(g, cache)
        return (g - terms * len(g) / (len(g) - 1)) / cache.std

    return backward(dx=dx)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx sums over the batch where it should average; mean and variance have a 1/N in their derivatives.",
    "Does your dx grow with the size of the batch?",
)
def dx_sums_for_means() -> Functions:
    return backward(
        dx=lambda g, cache: (g - len(g) * (through_mean(g, cache) + through_variance(g, cache))) / cache.std
    )


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx is not divided by the deviation; the forward divided by it, and so does the gradient.",
    "If x were ten times as large, how large would its gradient be?",
)
def dx_is_not_divided_by_the_deviation() -> Functions:
    return backward(dx=lambda g, cache: by_x(g, cache) * cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dx divides by the variance; it is divided by its root.",
    "If x were ten times as large, how large would its gradient be?",
)
def dx_is_divided_by_the_variance() -> Functions:
    return backward(dx=lambda g, cache: by_x(g, cache) / cache.std)


@wrong(
    "batchnorm batchnorm_alt",
    "Your dgamma is one number, the sum over all of the batch; it has one entry for each feature.",
    "A gradient has the shape of what it is the gradient of.",
)
def dgamma_is_one_number() -> Functions:
    return backward(dgamma=lambda dout, cache: (dout * cache.x_hat).sum())


@wrong(
    "batchnorm batchnorm_alt",
    "Your dbeta is one number, the sum over all of dout; it has one entry for each feature.",
    "A gradient has the shape of what it is the gradient of.",
)
def dbeta_is_one_number() -> Functions:
    return backward(dbeta=lambda dout: dout.sum())


@wrong(
    "batchnorm",
    "Your dx subtracts eps from the variance where it goes through the root; the forward added it.",
    "What did the forward raise to the power -1/2? The same is raised to -3/2.",
)
def dx_subtracts_eps() -> Functions:
    right = batchnorm()

    def batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        out, cache = right["batchnorm_forward"](x, gamma, beta, bn_param)
        return out, (cache, bn_param.get("eps", 1e-5))

    def batchnorm_backward(dout: Array, cache: Any) -> Any:
        kept_values, eps = cache
        _, dgamma, dbeta = right["batchnorm_backward"](dout, kept_values)
        g, square = dout * kept_values.gamma, np.square(kept_values.std)
        factor = (square / (square - 2 * eps)) ** 1.5
        dx = (g - through_mean(g, kept_values) - factor * through_variance(g, kept_values)) / kept_values.std
        return dx, dgamma, dbeta

    return {
        "batchnorm_forward": batchnorm_forward,
        "batchnorm_backward": batchnorm_backward,
        "batchnorm_backward_alt": lambda dout, cache: right["batchnorm_backward_alt"](dout, cache[0]),
    }
