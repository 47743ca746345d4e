"""Mistakes in the forward of group and instance normalization: what a group is, and how it is standardised."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import STATISTICS, TINY, Step
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.base import (
    Groupnorm,
    by_channel,
    functions_of,
    groupnorm,
    images,
    neighbours,
    standardizing,
)
from gradproof.conformance.spec.cases import Array

BOTH = "spatial_groupnorm instancenorm"
FAR_SMALLER = 1e-12


def in_groups(**steps: Any) -> Functions:
    """Steps of group normalization alone replaced."""
    return {name: f for name, f in groupnorm(**steps).items() if name.startswith("spatial")}


def standardized(**steps: Step) -> Functions:
    """Steps of the standardisation replaced."""
    return groupnorm(standardize=standardizing(**steps))


def with_default_eps(eps: float) -> Functions:
    """Another eps where the call gives none."""
    right = Groupnorm()

    def forward(x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]) -> Any:
        return right.forward(x, gamma, beta, groups, {"eps": eps, **param})

    return functions_of(forward, right.backward)


def channels_last(x: Array, groups: int) -> Array:
    """Groups of neighbours in memory, where the channels run fastest."""
    return x.transpose(0, 2, 3, 1).reshape(len(x), groups, -1, 1, 1)


@wrong(
    "spatial_groupnorm",
    "You take G for the number of channels in a group; it is the number of groups, each of C / G channels.",
    "How many means does an image have if G is 1?",
)
def g_is_taken_for_the_size_of_a_group() -> Functions:
    return in_groups(split=lambda x, groups: neighbours(x, x.shape[1] // groups))


@wrong(
    "spatial_groupnorm",
    "You normalise G channels at a time over the whole batch; G is the number of groups, and each image is apart.",
    "How many means has a batch of two images if G is 1?",
)
def g_channels_are_normalized_over_the_batch() -> Functions:
    return in_groups(split=lambda x, groups: neighbours(x, x.shape[1] // groups), axes=(0, 2, 3, 4))


@wrong(
    "spatial_groupnorm",
    "You put every G-th channel into a group; a group is C / G channels that are neighbours.",
    "With 6 channels and 2 groups, which channels are with channel 0?",
)
def groups_are_interleaved() -> Functions:
    return in_groups(
        split=lambda x, groups: neighbours(x, x.shape[1] // groups).swapaxes(1, 2),
        join=lambda grouped, shape: grouped.swapaxes(1, 2).reshape(shape),
    )


@wrong(
    BOTH,
    "You put the channels last before you form groups; so a group is a few pixels, and it should be a few channels.",
    "Which axis does reshape run along first? Here, unlike in batch normalization, x can stay as it is.",
)
def groups_are_of_pixels() -> Functions:
    return groupnorm(split=channels_last, join=images)


@wrong(
    "spatial_groupnorm",
    "You take a mean and a variance of each channel, which is instance normalization; a group has one of each.",
    "Which axes belong to a group? The channels within it are one of them.",
)
def statistics_of_each_channel() -> Functions:
    return in_groups(axes=(3, 4))


@wrong(
    BOTH,
    "You take the statistics over the batch too; each image is normalised by itself.",
    "Does the output for one image depend on which others are in the batch?",
)
def statistics_over_the_batch() -> Functions:
    return groupnorm(axes=(0, 2, 3, 4))


@wrong(
    BOTH,
    "You take one mean and one variance of all channels of an image, which is layer normalization; split the channels.",
    "How many means does an image have in your code?",
)
def statistics_of_the_whole_image() -> Functions:
    return groupnorm(axes=(1, 2, 3, 4))


@wrong(
    BOTH,
    "You take one mean and one variance of all of x; each image and each group in it has its own.",
    "How many means should there be?",
)
def statistics_over_everything() -> Functions:
    return groupnorm(axes=(0, 1, 2, 3, 4))


@wrong(
    "spatial_groupnorm",
    "You normalise each pixel over the channels of its group; all pixels of the group belong together.",
    "Over which axes of (N, G, C / G, H, W) do you average?",
)
def statistics_of_each_pixel_of_a_group() -> Functions:
    return in_groups(axes=(2,))


@wrong(
    BOTH,
    "You normalise each pixel over all channels; the statistics are taken over the pixels too, and channels apart.",
    "Over which axes do you average?",
)
def statistics_of_each_pixel() -> Functions:
    return groupnorm(axes=(1, 2))


@wrong(
    BOTH,
    "You normalise each column of pixels by itself; the width is averaged over as well as the height.",
    "Over which axes do you average? Count them.",
)
def statistics_of_each_column() -> Functions:
    return groupnorm(axes=(2, 3))


@wrong(
    BOTH,
    "You squeeze what you reshaped; an axis of length 1 should stay, or the others are counted wrongly.",
    "Try one image, one group, or one channel in a group.",
)
def axes_of_length_1_are_lost() -> Functions:
    return groupnorm(split=lambda x, groups: neighbours(x, groups).squeeze())


@wrong(
    BOTH,
    "You divide the variance by one less than the number of values; here it is divided by their number.",
    "Which of the two estimates of a variance is meant? Try groups of two values.",
)
def variance_by_one_less() -> Functions:
    return standardized(variance=lambda x, centre, axis: x.var(axis=axis, ddof=1, keepdims=True))


@wrong(
    BOTH,
    "You subtract the squared mean from the mean square, and rounding eats the difference; average squared deviations.",
    "Try values around 1,000 that differ in the third decimal.",
)
def variance_in_one_pass() -> Functions:
    return standardized(variance=lambda x, centre, axis: (x * x).mean(axis=axis, keepdims=True) - centre * centre)


@wrong(
    BOTH,
    "You leave eps out; it keeps the root away from 0.",
    "What happens to a group whose values are all the same?",
)
def eps_is_missing() -> Functions:
    return standardized(root=lambda variance, eps: np.sqrt(variance))


@wrong(
    BOTH,
    "You add eps to the root; eps stands under the root, beside the variance.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root() -> Functions:
    return standardized(root=lambda variance, eps: np.sqrt(variance) + eps)


@wrong(
    BOTH,
    "Your eps is always 1e-5; it is the one in the parameters, if they have one.",
    "Pass a larger eps: does the output change?",
)
def eps_is_hard_coded() -> Functions:
    return standardized(root=lambda variance, eps: np.sqrt(variance + 1e-5))


@wrong(
    BOTH,
    "Your eps is 1e-8 where the parameters have none; the default is 1e-5.",
    "Call it without eps on values that hardly vary: which eps do you take, and which does the handout give?",
)
def default_eps_is_another() -> Functions:
    return with_default_eps(TINY)


@wrong(
    BOTH,
    "Your eps is 1e-12 where the parameters have none; the default is 1e-5.",
    "Call it without eps on values that hardly vary: which eps do you take, and which does the handout give?",
)
def default_eps_is_far_smaller() -> Functions:
    return with_default_eps(FAR_SMALLER)


@wrong(
    BOTH,
    "You divide by the variance; it is divided by its root.",
    "What is the deviation of each of your groups, with gamma 1 and beta 0?",
)
def root_is_missing() -> Functions:
    return standardized(root=lambda variance, eps: variance + eps)


@wrong(
    BOTH,
    "You return the standardised x; gamma scales each channel and beta shifts it.",
    "What do gamma and beta do in your forward?",
)
def gamma_and_beta_are_forgotten() -> Functions:
    return groupnorm(affine=lambda x_hat, gamma, beta: x_hat)


@wrong(
    BOTH,
    "You scale and shift x before it is normalised, and that undoes it; gamma and beta come after.",
    "Multiply gamma by 10: does your output change?",
)
def gamma_and_beta_come_first() -> Functions:
    right = Groupnorm()

    def forward(x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]) -> Any:
        scaled = by_channel(gamma) * x + by_channel(beta)
        return right.forward(scaled, np.ones_like(gamma), np.zeros_like(beta), groups, param)

    return functions_of(forward, right.backward)


@wrong(
    "spatial_groupnorm",
    "You scale and shift all channels of a group alike; each channel has a gamma and a beta of its own.",
    "How many entries does gamma have?",
)
def gamma_and_beta_of_each_group() -> Functions:
    right = Groupnorm()

    def forward(x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]) -> Any:
        scale, shift = (np.repeat(each.ravel()[:groups], x.shape[1] // groups) for each in (gamma, beta))
        return right.forward(x, scale.reshape(gamma.shape), shift.reshape(beta.shape), groups, param)

    return {name: f for name, f in functions_of(forward, right.backward).items() if name.startswith("spatial")}


@wrong(
    BOTH,
    "You write into the parameters; they belong to the caller, and this normalization has nothing to remember.",
    "Print the dictionary before and after the call. Is there a difference between training and test?",
)
def writes_into_the_parameters() -> Functions:
    right = Groupnorm()

    def forward(x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]) -> Any:
        param.update(dict.fromkeys(STATISTICS, np.zeros(groups)))
        return right.forward(x, gamma, beta, groups, param)

    return functions_of(forward, right.backward)
