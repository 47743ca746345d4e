"""Mistakes in the forward of batch normalization: in training, or in training and in test mode alike."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    TINY,
    Forward,
    Step,
    batchnorm,
    in_test,
    mean,
    variance,
    variance_by_one_less,
    with_default_eps,
)


def in_training(**steps: Step) -> Functions:
    """Steps replaced in training alone."""
    return batchnorm(train=Forward(**steps))


def everywhere(**steps: Step) -> Functions:
    """The same steps replaced in training and in test mode."""
    return batchnorm(train=Forward(**steps), test=in_test(**steps))


@wrong(
    "batchnorm batchnorm_alt",
    "You divide the variance by N - 1; batch normalization divides by N.",
    "Which of the two estimates of a variance is meant in training? Try a batch of two.",
)
def variance_by_n_minus_1() -> Functions:
    return in_training(variance=variance_by_one_less)


@wrong(
    "batchnorm batchnorm_alt",
    "You subtract the squared mean from the mean square, and rounding eats the difference; average squared deviations.",
    "Try values around 1,000 that differ in the third decimal.",
)
def variance_in_one_pass() -> Functions:
    return in_training(variance=lambda x, centre, axis: (x * x).mean(axis=axis) - centre * centre)


@wrong(
    "batchnorm batchnorm_alt",
    "Your variance averages the squares of x itself; a variance averages squared distances from the mean.",
    "What is the variance of a feature that is 5 everywhere?",
)
def variance_around_zero() -> Functions:
    return in_training(variance=lambda x, centre, axis: (x * x).mean(axis=axis))


@wrong(
    "batchnorm batchnorm_alt",
    "You take the statistics of each sample; batch normalization takes those of each feature, over the batch.",
    "Which axis of x is the batch?",
)
def statistics_over_the_wrong_axis() -> Functions:
    return in_training(mean=lambda x, axis: mean(x, 1), variance=lambda x, centre, axis: variance(x, centre, 1))


@wrong(
    "batchnorm batchnorm_alt",
    "You take one mean and one variance of all of x; each feature has its own.",
    "How many numbers should the mean hold?",
)
def statistics_over_everything() -> Functions:
    return in_training(mean=lambda x, axis: x.mean(), variance=lambda x, centre, axis: x.var())


@wrong(
    "batchnorm batchnorm_alt",
    "You divide every feature by the same deviation; each feature has its own.",
    "How many numbers should the variance hold?",
)
def variance_over_everything() -> Functions:
    return in_training(variance=lambda x, centre, axis: x.var())


@wrong(
    "batchnorm batchnorm_alt",
    "You do not subtract the mean; batch normalization centres each feature before it scales it.",
    "What is the mean of your output over the batch, with gamma 1 and beta 0?",
)
def mean_is_not_subtracted() -> Functions:
    return in_training(mean=lambda x, axis: 0 * x.mean(axis=axis), variance=lambda x, centre, axis: x.var(axis=axis))


@wrong(
    "batchnorm batchnorm_alt",
    "In training you add eps to the root; eps stands under the root, beside the variance.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root_in_training() -> Functions:
    return in_training(root=lambda variance, eps: np.sqrt(variance) + eps)


@wrong(
    "batchnorm batchnorm_alt",
    "You add eps to the root, in training and in test mode; eps stands under the root, beside the variance.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root() -> Functions:
    return everywhere(root=lambda variance, eps: np.sqrt(variance) + eps)


@wrong(
    "batchnorm batchnorm_alt",
    "In training you leave eps out; it keeps the root away from 0.",
    "What happens to a feature that is the same in the whole batch?",
)
def eps_is_missing_in_training() -> Functions:
    return in_training(root=lambda variance, eps: np.sqrt(variance))


@wrong(
    "batchnorm batchnorm_alt",
    "You leave eps out, in training and in test mode; it keeps the root away from 0.",
    "What happens to a feature that is the same in the whole batch?",
)
def eps_is_missing() -> Functions:
    return everywhere(root=lambda variance, eps: np.sqrt(variance))


@wrong(
    "batchnorm batchnorm_alt",
    "You add eps to the mean; it belongs to the variance, under the root.",
    "What is eps there for, and where can a division by 0 come from?",
)
def eps_is_added_to_the_mean() -> Functions:
    return in_training(
        mean=lambda x, axis: x.mean(axis=axis) + 1e-5,
        variance=lambda x, centre, axis: x.var(axis=axis),
        root=lambda variance, eps: np.sqrt(variance),
    )


@wrong(
    "batchnorm batchnorm_alt",
    "Your eps is always 1e-5; it is the one in bn_param, if that has one.",
    "Pass a larger eps: does the output change?",
)
def eps_is_hard_coded() -> Functions:
    return everywhere(root=lambda variance, eps: np.sqrt(variance + 1e-5))


@wrong(
    "batchnorm batchnorm_alt",
    "You divide by the variance, in training and in test mode; batch normalization divides by its root.",
    "What is the deviation of your output over the batch, with gamma 1 and beta 0?",
)
def root_is_missing() -> Functions:
    return everywhere(root=lambda variance, eps: variance + eps)


@wrong(
    "batchnorm batchnorm_alt",
    "You return the standardised x; gamma scales it and beta shifts it.",
    "What do gamma and beta do in your forward?",
)
def gamma_and_beta_are_forgotten() -> Functions:
    return everywhere(affine=lambda x_hat, gamma, beta: x_hat)


@wrong(
    "batchnorm batchnorm_alt",
    "You leave gamma out; it scales before beta shifts.",
    "What is the deviation of your output over the batch?",
)
def gamma_is_forgotten() -> Functions:
    return everywhere(affine=lambda x_hat, gamma, beta: x_hat + beta)


@wrong(
    "batchnorm batchnorm_alt",
    "You leave beta out; after gamma has scaled, beta shifts.",
    "What is the mean of your output over the batch?",
)
def beta_is_forgotten() -> Functions:
    return everywhere(affine=lambda x_hat, gamma, beta: gamma * x_hat)


@wrong(
    "batchnorm batchnorm_alt",
    "You scale by beta and shift by gamma; gamma is the scale and beta the shift.",
    "Try gamma 1 and beta 0: the output should be the standardised x.",
)
def gamma_and_beta_are_exchanged() -> Functions:
    return everywhere(affine=lambda x_hat, gamma, beta: beta * x_hat + gamma)


@wrong(
    "batchnorm batchnorm_alt",
    "Your eps is 1e-8 where bn_param has none; the default is 1e-5.",
    "Call it without eps on a feature that hardly varies: which eps do you take, and which does the handout give?",
)
def batchnorm_default_eps_is_another() -> Functions:
    return with_default_eps(batchnorm(), "batchnorm_forward", TINY)


@wrong(
    "batchnorm batchnorm_alt",
    "In training you add eps to the root, and where bn_param has no eps you take next to none; eps stands under the "
    "root, and is 1e-5 unless it is given.",
    "Follow the parentheses: what is the square root taken of? And which eps does the handout give?",
)
def tiny_eps_outside_the_root_in_training() -> Functions:
    return with_default_eps(in_training(root=lambda variance, eps: np.sqrt(variance) + eps), "batchnorm_forward", 1e-12)
