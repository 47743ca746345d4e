"""Mistakes of batch normalization that are made again where it is written out anew for images."""

from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, misconceptions_of, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    STATISTICS,
    Backward,
    Step,
    Tracking,
    batchnorm,
)
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.base import spatial_batchnorm, standardizing
from gradproof.conformance.spec.cases import Array

PIXELS: Any = (0, 2, 3)  # of all images


def on_pixels(name: str) -> Functions:
    """The mistake of batch normalization that has this name, made with the pixels for samples."""
    return spatial_batchnorm(layer=next(each for each in misconceptions_of("batchnorm") if each.name == name).build())


def with_backward(**steps: Step) -> Functions:
    """Steps of the backward replaced."""
    return spatial_batchnorm(layer=batchnorm(backward=Backward(**steps)))


def like_a_channel(statistic: Array) -> Array:
    """The shape that broadcasts over images."""
    return statistic.reshape(1, -1, 1, 1)


@wrong(
    "spatial_batchnorm",
    "You divide the variance by N * H * W - 1; batch normalization divides by N * H * W.",
    "Which of the two estimates of a variance is meant in training?",
)
def variance_by_one_less() -> Functions:
    return on_pixels("variance_by_n_minus_1")


@wrong(
    "spatial_batchnorm",
    "You subtract the squared mean from the mean square, and rounding eats the difference; average squared deviations.",
    "Try values around 1,000 that differ in the third decimal.",
)
def variance_in_one_pass() -> Functions:
    return on_pixels("variance_in_one_pass")


@wrong(
    "spatial_batchnorm",
    "You take one mean and one variance of all of x; each channel has its own.",
    "How many numbers should the mean hold?",
)
def statistics_over_everything() -> Functions:
    return on_pixels("statistics_over_everything")


@wrong(
    "spatial_batchnorm",
    "You normalise each pixel over its channels; each channel is normalised over the batch and all pixels.",
    "Which axis of (N, C, H, W) must be left when the mean is taken?",
)
def statistics_over_the_channels() -> Functions:
    return on_pixels("statistics_over_the_wrong_axis")


@wrong(
    "spatial_batchnorm",
    "You add eps to the root, in training and in test mode; eps stands under the root, beside the variance.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root() -> Functions:
    return on_pixels("eps_outside_the_root")


@wrong(
    "spatial_batchnorm",
    "You leave eps out, in training and in test mode; it keeps the root away from 0.",
    "What happens to a channel that is the same in all images?",
)
def eps_is_missing() -> Functions:
    return on_pixels("eps_is_missing")


@wrong(
    "spatial_batchnorm",
    "Your eps is always 1e-5; it is the one in bn_param, if that has one.",
    "Pass a larger eps: does the output change?",
)
def eps_is_hard_coded() -> Functions:
    return on_pixels("eps_is_hard_coded")


@wrong(
    "spatial_batchnorm",
    "You return the standardised x; gamma scales each channel and beta shifts it.",
    "What do gamma and beta do in your forward?",
)
def gamma_and_beta_are_forgotten() -> Functions:
    return on_pixels("gamma_and_beta_are_forgotten")


@wrong(
    "spatial_batchnorm",
    "In test mode you use the statistics of the batch; the running ones are used there.",
    "Does the output for one image depend on which others are tested with it?",
)
def test_mode_uses_the_batch() -> Functions:
    return on_pixels("test_mode_uses_the_batch")


@wrong(
    "spatial_batchnorm",
    "In test mode you return the standardised x; gamma and beta apply there as in training.",
    "Compare the last line of the two branches.",
)
def test_mode_without_gamma_and_beta() -> Functions:
    return on_pixels("test_mode_without_gamma_and_beta")


@wrong(
    "spatial_batchnorm",
    "Your momentum is always 0.9; it is the one in bn_param, if that has one.",
    "Pass another momentum: do the running statistics change?",
)
def momentum_is_hard_coded() -> Functions:
    return on_pixels("momentum_is_hard_coded")


@wrong(
    "spatial_batchnorm",
    "You forget the old running statistics; each step keeps momentum times the old and adds a share of the new.",
    "Train on two batches: what is left of the first?",
)
def running_statistics_are_reset() -> Functions:
    return on_pixels("running_statistics_are_reset")


@wrong(
    "spatial_batchnorm",
    "You normalise with a copy of bn_param; the running statistics go into the one that was given.",
    "Print bn_param before and after a step of training.",
)
def bn_param_is_copied() -> Functions:
    right = spatial_batchnorm()

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        return right["spatial_batchnorm_forward"](x, gamma, beta, dict(bn_param))

    return {**right, "spatial_batchnorm_forward": spatial_batchnorm_forward}


@wrong(
    "spatial_batchnorm",
    "Your running statistics have the shape (1, C, 1, 1); they have the shape (C,), as gamma and beta do.",
    "Look at what keeps the averaged axes alive.",
)
def running_statistics_keep_their_axes() -> Functions:
    right = spatial_batchnorm(layer=batchnorm(track=Tracking(stored=like_a_channel)))

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        bn_param.update({name: bn_param[name].ravel() for name in STATISTICS if name in bn_param})
        return right["spatial_batchnorm_forward"](x, gamma, beta, bn_param)

    return {**right, "spatial_batchnorm_forward": spatial_batchnorm_forward}


@wrong(
    "spatial_batchnorm",
    "Your running statistics are (1, C, 1, 1), and test mode takes those that it is given to be; they are (C,).",
    "Call test mode with running statistics in the shape of gamma: which axis of x do they meet?",
)
def running_statistics_are_taken_with_their_axes() -> Functions:
    train = standardizing()
    layer = batchnorm(
        train=lambda x, gamma, beta, eps, _axis: train(x, gamma, beta, eps, PIXELS),
        backward=Backward(
            dgamma=lambda dout, cache: (dout * cache.x_hat).sum(axis=PIXELS), dbeta=lambda dout: dout.sum(axis=PIXELS)
        ),
    )

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        return layer["batchnorm_forward"](x, like_a_channel(gamma), like_a_channel(beta), bn_param)

    return {
        "spatial_batchnorm_forward": spatial_batchnorm_forward,
        "spatial_batchnorm_backward": layer["batchnorm_backward"],
    }


@wrong(
    "spatial_batchnorm",
    "You keep one number as running mean and one as running variance; each channel has its own, in the shape (C,).",
    "How many numbers should each of them hold?",
)
def running_statistics_are_one_number() -> Functions:
    return on_pixels("running_statistics_are_one_number")


@wrong(
    "spatial_batchnorm",
    "Your dx leaves gamma out; on its way to x the gradient passes the scale.",
    "What did the forward do with x_hat before it returned?",
)
def dx_forgets_gamma() -> Functions:
    return on_pixels("dx_forgets_gamma")


@wrong(
    "spatial_batchnorm",
    "Your dx leaves out the way through the mean; the mean of a channel depends on each of its pixels.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_mean_term() -> Functions:
    return on_pixels("dx_without_the_mean_term")


@wrong(
    "spatial_batchnorm",
    "Your dx leaves out the way through the variance; the variance of a channel depends on each of its pixels.",
    "In how many places does x stand in the formula of x_hat?",
)
def dx_without_the_variance_term() -> Functions:
    return on_pixels("dx_without_the_variance_term")


@wrong(
    "spatial_batchnorm",
    "Your dx takes mean and variance for constants; both depend on every pixel of the channel.",
    "Of what are the mean and the variance functions?",
)
def dx_with_constant_statistics() -> Functions:
    return on_pixels("dx_with_constant_statistics")


@wrong(
    "spatial_batchnorm",
    "Your dgamma is the sum of dout alone; each dout counts with the standardised x that gamma was multiplied by.",
    "What is the derivative of the output by gamma?",
)
def dgamma_without_x_hat() -> Functions:
    return on_pixels("dgamma_without_x_hat")


@wrong(
    "spatial_batchnorm",
    "Your dgamma and dbeta are means over the batch and the pixels; they are sums.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def parameter_gradients_are_means() -> Functions:
    return with_backward(
        dgamma=lambda dout, cache: (dout * cache.x_hat).mean(axis=0), dbeta=lambda dout: dout.mean(axis=0)
    )


@wrong(
    "spatial_batchnorm",
    "Your dgamma and dbeta have the shape (1, C, 1, 1); they have that of gamma and beta, (C,).",
    "Look at what keeps the summed axes alive.",
)
def parameter_gradients_keep_their_axes() -> Functions:
    return with_backward(
        dgamma=lambda dout, cache: like_a_channel((dout * cache.x_hat).sum(axis=0)),
        dbeta=lambda dout: like_a_channel(dout.sum(axis=0)),
    )
