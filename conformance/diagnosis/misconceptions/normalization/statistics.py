"""Mistakes in the test mode of batch normalization and in its running statistics."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    STATISTICS,
    Forward,
    Step,
    Tracking,
    batchnorm,
    in_test,
)
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("momentum", "running_variance")


def averaging(average: Step) -> Functions:
    """The running statistics by another average of ``(running, batch, momentum)``."""
    return batchnorm(track=Tracking(average=average))


def tracking(tracked: Step) -> Functions:
    """Other statistics of ``(mean, variance, eps)`` kept."""
    return batchnorm(track=Tracking(tracked=tracked))


@wrong(
    "batchnorm",
    "In test mode you use the statistics of the batch; the running ones are used there.",
    "Does the output for one sample depend on which others are tested with it?",
)
def test_mode_uses_the_batch() -> Functions:
    return batchnorm(test=lambda running_mean, running_var: Forward())


@wrong(
    "batchnorm",
    "In test mode you return the standardised x; gamma and beta apply there as in training.",
    "Compare the last line of the two branches.",
)
def test_mode_without_gamma_and_beta() -> Functions:
    return batchnorm(test=in_test(affine=lambda x_hat, gamma, beta: x_hat))


@wrong(
    "batchnorm",
    "In test mode you leave beta out; gamma and beta apply there as in training.",
    "Compare the last line of the two branches.",
)
def test_mode_without_beta() -> Functions:
    return batchnorm(test=in_test(affine=lambda x_hat, gamma, beta: gamma * x_hat))


@wrong(
    "batchnorm",
    "In test mode you add eps to the root; eps stands under the root, as in training.",
    "Compare the root in the two branches.",
)
def test_mode_with_eps_outside_the_root() -> Functions:
    return batchnorm(test=in_test(root=lambda variance, eps: np.sqrt(variance) + eps))


@wrong(
    "batchnorm",
    "In test mode you leave eps out; it stands under the root, as in training.",
    "Compare the root in the two branches.",
)
def test_mode_without_eps() -> Functions:
    return batchnorm(test=in_test(root=lambda variance, eps: np.sqrt(variance)))


@wrong(
    "batchnorm",
    "In test mode you divide by the running variance; it is divided by its root.",
    "Compare the root in the two branches.",
)
def test_mode_without_the_root() -> Functions:
    return batchnorm(test=in_test(root=lambda variance, eps: variance + eps))


@wrong(
    "batchnorm",
    "In test mode you do not subtract the running mean; x is centred there as in training.",
    "Which of the two running statistics does your test mode read?",
)
def test_mode_without_the_mean() -> Functions:
    return batchnorm(test=in_test(mean=lambda x, axis: 0))


@wrong(
    "batchnorm",
    "You give momentum to the batch and the rest to the running statistics; momentum is the share that is kept.",
    "After a long training, should one more batch move the statistics much or little?",
)
def momentum_is_swapped() -> Functions:
    return averaging(lambda running, batch, momentum: (1 - momentum) * running + momentum * batch)


@wrong(
    "batchnorm",
    "Your momentum is always 0.9; it is the one in bn_param, if that has one.",
    "Pass another momentum: do the running statistics change?",
)
def momentum_is_hard_coded() -> Functions:
    return averaging(lambda running, batch, momentum: 0.9 * running + 0.1 * batch)


@wrong(
    "batchnorm",
    "Your running statistics stay as they were; each training step moves them towards those of the batch.",
    "Print bn_param before and after a training step.",
)
def running_statistics_are_never_updated() -> Functions:
    return averaging(lambda running, batch, momentum: running)


@wrong(
    "batchnorm",
    "Your running statistics are those of the last batch; they are averages over the batches, weighted by momentum.",
    "How much of the first batch is left after the second?",
)
def running_statistics_without_momentum() -> Functions:
    return averaging(lambda running, batch, momentum: batch)


@wrong(
    "batchnorm",
    "You start the running statistics at 0 in every call; they go on from where the last call left them in bn_param.",
    "How much of the first batch is left after the second?",
)
def running_statistics_are_reset() -> Functions:
    return averaging(lambda running, batch, momentum: (1 - momentum) * batch)


@wrong(
    "batchnorm",
    "You keep all of the running statistics and add to them; momentum makes the old ones fade.",
    "The same batch a hundred times over: where do the statistics end?",
)
def running_statistics_never_fade() -> Functions:
    return averaging(lambda running, batch, momentum: running + (1 - momentum) * batch)


@wrong(
    "batchnorm",
    "You let the old statistics fade and add all of the batch's; the batch's share is 1 - momentum.",
    "The same batch a hundred times over: where do the statistics end?",
)
def running_statistics_take_the_whole_batch() -> Functions:
    return averaging(lambda running, batch, momentum: momentum * running + batch)


@wrong(
    "batchnorm",
    "You move the running statistics in test mode too; only training moves them.",
    "Print bn_param before and after a call in test mode.",
)
def running_statistics_move_in_test_mode() -> Functions:
    right = batchnorm()

    def batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        result = right["batchnorm_forward"](x, gamma, beta, bn_param)
        if bn_param["mode"] == "test":
            training = {**bn_param, "mode": "train"}
            right["batchnorm_forward"](x, gamma, beta, training)
            bn_param.update({name: training[name] for name in STATISTICS})
        return result

    return {**right, "batchnorm_forward": batchnorm_forward}


@wrong(
    "batchnorm",
    "Your running mean averages over the features too; each feature has its own.",
    "How many numbers should the running mean hold?",
)
def running_mean_over_everything() -> Functions:
    return tracking(lambda mean, variance, eps: (mean.mean(), variance))


@wrong(
    "batchnorm",
    "Your running variance averages over the features too; each feature has its own.",
    "How many numbers should the running variance hold?",
)
def running_variance_over_everything() -> Functions:
    return tracking(lambda mean, variance, eps: (mean, variance.mean()))


@wrong(
    "batchnorm",
    "Your running variance averages deviations; it averages variances, and the root is taken when they are used.",
    "What does test mode do to running_var before it divides by it?",
)
def running_variance_holds_deviations() -> Functions:
    return tracking(lambda mean, variance, eps: (mean, np.sqrt(variance + eps)))


@wrong(
    "batchnorm",
    "Your running variance has eps in it; eps is added when the root is taken, and is not kept.",
    "What should running_var tend to if a feature is constant?",
)
def running_variance_includes_eps() -> Functions:
    return tracking(lambda mean, variance, eps: (mean, variance + eps))


@wrong(
    "batchnorm",
    "You keep the mean under running_var and the variance under running_mean; each has its own place.",
    "Which of the two can be negative?",
)
def running_statistics_are_exchanged() -> Functions:
    return tracking(lambda mean, variance, eps: (variance, mean))


@wrong(
    "batchnorm",
    "Your running statistics have the shape (1, D); they have the shape (D,), as gamma and beta do.",
    "Look at what keeps the averaged axis alive.",
)
def running_statistics_keep_a_row_axis() -> Functions:
    return batchnorm(track=Tracking(stored=lambda statistic: statistic.reshape(1, -1)))


@wrong(
    "batchnorm",
    "You keep one number as running mean and one as running variance; each feature has its own, in the shape (D,).",
    "How many numbers should each of them hold?",
)
def running_statistics_are_one_number() -> Functions:
    return batchnorm(track=Tracking(stored=np.mean))
