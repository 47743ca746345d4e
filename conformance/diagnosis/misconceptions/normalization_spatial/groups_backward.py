"""Mistakes in the backward of group and instance normalization."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    Standardized,
    Step,
    by_x,
    through_mean,
    through_variance,
)
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.base import (
    Groupnorm,
    functions_of,
    groupnorm,
)
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.groups import BOTH, in_groups
from gradproof.conformance.spec.cases import Array


def dx_counting(count: Step) -> Step:
    """The sums in dx divided by ``count(shape)`` of (N, G, C / G, H, W)."""

    def dx(g: Array, cache: Standardized) -> Any:
        factor = np.prod(g.shape[2:]) / count(g.shape)
        return (g - g.dtype.type(factor) * (through_mean(g, cache) + through_variance(g, cache))) / cache.std

    return dx


@wrong(
    "spatial_groupnorm",
    "Your dx divides its sums by the pixels of a channel; they run over all channels of a group, C / G * H * W values.",
    "How many values went into each mean of the forward?",
)
def dx_counts_the_pixels_of_a_channel() -> Functions:
    return in_groups(dx=dx_counting(lambda shape: shape[3] * shape[4]))


@wrong(
    BOTH,
    "Your dx divides its sums by the size of an image; they run over one group of it.",
    "How many values went into each mean of the forward?",
)
def dx_counts_the_whole_image() -> Functions:
    return groupnorm(dx=dx_counting(lambda shape: np.prod(shape[1:])))


@wrong(
    BOTH,
    "Your dx divides its sums by the number of images; they run over the values of one group of one image.",
    "How many values went into each mean of the forward?",
)
def dx_counts_the_images() -> Functions:
    return groupnorm(dx=dx_counting(lambda shape: shape[0]))


@wrong(
    BOTH,
    "Your dx averages each channel over the batch, as batch normalization does; the forward averaged over each group.",
    "Which axes did the forward average over, and which the backward?",
)
def dx_averages_over_the_batch() -> Functions:
    return groupnorm(dx=lambda g, cache: by_x(g, replace(cache, axis=(0, 3, 4))))


@wrong(
    "spatial_groupnorm",
    "Your dx averages over each channel; the forward averaged over each group of channels.",
    "Which axes did the forward average over, and which the backward?",
)
def dx_averages_over_each_channel() -> Functions:
    return in_groups(dx=lambda g, cache: by_x(g, replace(cache, axis=(3, 4))))


@wrong(
    BOTH,
    "Your dx leaves gamma out; on its way to x the gradient passes the scale.",
    "What did the forward do with x_hat before it returned?",
)
def dx_forgets_gamma() -> Functions:
    return groupnorm(upstream=lambda dout, gamma: dout)


@wrong(
    "spatial_groupnorm",
    "Your dx multiplies by gamma at the end; gamma differs within a group, over which is averaged, so it comes first.",
    "Over which axes do the sums run, and is gamma constant along them?",
)
def dx_multiplies_by_gamma_last() -> Functions:
    layer = Groupnorm(upstream=lambda dout, gamma: dout)

    def backward(dout: Array, cache: Any) -> Any:
        dx, dgamma, dbeta = layer.backward(dout, cache)
        return dx * cache.gamma.reshape(-1, 1, 1), dgamma, dbeta

    return functions_of(layer.forward, backward)


@wrong(
    BOTH,
    "Your dx leaves out the way straight through x; x reaches the output directly too, not by mean and variance alone.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_direct_term() -> Functions:
    return groupnorm(dx=lambda g, cache: -(through_mean(g, cache) + through_variance(g, cache)) / cache.std)


@wrong(
    BOTH,
    "Your dx leaves out the way through the mean; the mean of a group depends on each of its values.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_mean_term() -> Functions:
    return groupnorm(dx=lambda g, cache: (g - through_variance(g, cache)) / cache.std)


@wrong(
    BOTH,
    "Your dx leaves out the way through the variance; the variance of a group depends on each of its values.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_variance_term() -> Functions:
    return groupnorm(dx=lambda g, cache: (g - through_mean(g, cache)) / cache.std)


@wrong(
    BOTH,
    "Your dx leaves eps out of the way through the variance; the forward took the root of the variance plus eps.",
    "Differentiate 1 / sqrt(v + eps) by v: where does eps stand?",
)
def dx_leaves_eps_out_of_the_variance_term() -> Functions:
    def dx(g: Array, cache: Standardized) -> Any:
        excess = cache.x_hat.var(axis=cache.axis, keepdims=True) ** -1.5
        return (g - through_mean(g, cache) - excess * through_variance(g, cache)) / cache.std

    return groupnorm(dx=dx)


@wrong(
    BOTH,
    "Your dx takes mean and variance for constants; both depend on every value of the group.",
    "Of what are the mean and the variance functions?",
)
def dx_with_constant_statistics() -> Functions:
    return groupnorm(dx=lambda g, cache: g / cache.std)


@wrong(
    BOTH,
    "Your dx is not divided by the deviation; the forward divided by it, and so does the gradient.",
    "If x were ten times as large, how large would its gradient be?",
)
def dx_is_not_divided_by_the_deviation() -> Functions:
    return groupnorm(dx=lambda g, cache: by_x(g, cache) * cache.std)


@wrong(
    BOTH,
    "Your dx stays in groups; it has the shape of x.",
    "The forward split x into groups: where is that undone?",
)
def dx_stays_in_groups() -> Functions:
    return functions_of(Groupnorm().forward, Groupnorm(join=lambda grouped, shape: grouped).backward)


@wrong(
    BOTH,
    "Your dgamma is the sum of dout alone; each dout counts with the standardised x that gamma was multiplied by.",
    "What is the derivative of the output by gamma?",
)
def dgamma_without_x_hat() -> Functions:
    return groupnorm(by_gamma=lambda dout, x_hat: dout)


@wrong(
    BOTH,
    "Your dgamma and dbeta are means over the batch and the pixels; they are sums.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def parameter_gradients_are_means() -> Functions:
    return groupnorm(total=lambda gradient: gradient.mean(axis=(0, 2, 3)))


@wrong(
    BOTH,
    "Your dgamma and dbeta are sums over the batch alone; they add up all pixels too.",
    "Which shape do gamma and beta have?",
)
def parameter_gradients_of_each_pixel() -> Functions:
    return groupnorm(total=lambda gradient: gradient.sum(axis=0), shaped=lambda gradient, gamma: gradient)


@wrong(
    BOTH,
    "Your dgamma and dbeta are sums over the pixels of each image; they add up the batch too.",
    "Which shape do gamma and beta have?",
)
def parameter_gradients_of_each_image() -> Functions:
    return groupnorm(total=lambda gradient: gradient.sum(axis=(2, 3)), shaped=lambda gradient, gamma: gradient)


@wrong(
    "spatial_groupnorm",
    "Your dgamma and dbeta have the shape (C,); gamma and beta came as (1, C, 1, 1), and so go their gradients.",
    "A gradient has the shape of what it is the gradient of.",
)
def parameter_gradients_lose_their_axes() -> Functions:
    return in_groups(shaped=lambda gradient, gamma: gradient)


@wrong(
    "instancenorm",
    "Your dgamma and dbeta have the shape (1, C, 1, 1); they have that of gamma and beta, (C,).",
    "Look at what keeps the summed axes alive.",
)
def parameter_gradients_keep_their_axes() -> Functions:
    return groupnorm(shaped=lambda gradient, gamma: gradient.reshape(1, -1, 1, 1))
