"""Batch and layer normalization whose steps can be replaced.

The mistakes stand in the files whose names begin like this one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
STATISTICS = ("running_mean", "running_var")
TINY = 1e-8


@dataclass(frozen=True, eq=False)
class Standardized:
    """What a backward needs: the standardised input, what it was divided by, the scale, the axis of the statistics."""

    x_hat: Array
    std: Array
    gamma: Array
    axis: int


def mean(x: Array, axis: int) -> Any:
    """The mean along the axis."""
    return x.mean(axis=axis, keepdims=axis == 1)


def variance(x: Array, centre: Array, axis: int) -> Any:
    """The mean of the squared deviations."""
    return np.square(x - centre).mean(axis=axis, keepdims=axis == 1)


def deviation(variance: Array, eps: float) -> Any:
    """The standard deviation, eps under the root."""
    return np.sqrt(variance + eps)


def scale_and_shift(x_hat: Array, gamma: Array, beta: Array) -> Any:
    """The learned scale and shift."""
    return gamma * x_hat + beta


def through_mean(g: Array, cache: Standardized) -> Any:
    """What of the gradient by x goes through the mean."""
    return g.mean(axis=cache.axis, keepdims=True)


def through_variance(g: Array, cache: Standardized) -> Any:
    """What of the gradient by x goes through the variance."""
    return cache.x_hat * (g * cache.x_hat).mean(axis=cache.axis, keepdims=True)


def by_x(g: Array, cache: Standardized) -> Any:
    """The gradient by x, from that by the standardised x."""
    return (g - through_mean(g, cache) - through_variance(g, cache)) / cache.std


@dataclass(frozen=True)
class Backward:
    """The three gradients, each by a step of its own."""

    upstream: Step = lambda dout, cache: dout * cache.gamma
    dx: Step = by_x
    dgamma: Step = lambda dout, cache: (dout * cache.x_hat).sum(axis=0)
    dbeta: Step = lambda dout: dout.sum(axis=0)

    def __call__(self, dout: Array, cache: Standardized) -> Any:
        """Dx, dgamma, dbeta."""
        dx = self.dx(self.upstream(dout, cache), cache)
        return dx, self.dgamma(dout, cache), self.dbeta(dout)


@dataclass(frozen=True)
class Forward:
    """What both forwards do, in steps."""

    mean: Step = mean
    variance: Step = variance
    root: Step = deviation
    affine: Step = scale_and_shift

    def __call__(self, x: Array, gamma: Array, beta: Array, eps: float, axis: int) -> Any:
        """The output, the cache and the statistics."""
        centre = self.mean(x, axis)
        spread = self.variance(x, centre, axis)
        std = self.root(spread, eps)
        x_hat = (x - centre) / std
        return self.affine(x_hat, gamma, beta), Standardized(x_hat, std, gamma, axis), (centre, spread)


@dataclass(frozen=True)
class Tracking:
    """What becomes of the batch's statistics, in steps."""

    tracked: Step = lambda mean, variance, eps: (mean, variance)
    average: Step = lambda running, batch, momentum: momentum * running + (1 - momentum) * batch
    stored: Step = lambda statistic: statistic

    def __call__(self, running: tuple[Array, ...], batch: Any, eps: float, momentum: float) -> dict[str, Any]:
        """The new running statistics by name."""
        pairs = zip(running, self.tracked(*batch, eps), strict=True)
        averages = (self.average(old, new, momentum) for old, new in pairs)
        return {name: self.stored(average) for name, average in zip(STATISTICS, averages, strict=True)}


def in_test(**steps: Step) -> Step:
    """Test mode: given the running statistics, the forward by them, some of its other steps replaced."""

    def forward(running_mean: Array, running_var: Array) -> Forward:
        given: dict[str, Step] = {"mean": lambda x, axis: running_mean, "variance": lambda x, centre, axis: running_var}
        return Forward(**{**given, **steps})

    return forward


FORWARD, BACKWARD, TRACKING, TEST = Forward(), Backward(), Tracking(), in_test()


def batchnorm(
    train: Step = FORWARD,
    track: Tracking = TRACKING,
    test: Step = TEST,
    backward: Backward = BACKWARD,
    alt: Backward | None = None,
) -> Functions:
    """Batch normalization: training, running statistics, test mode and the backwards can each be replaced."""

    def batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        running = tuple(bn_param.get(name, np.zeros_like(gamma)) for name in STATISTICS)
        if bn_param["mode"] == "test":
            out, cache, _ = test(*running)(x, gamma, beta, eps, 0)
            return out, cache
        out, cache, batch = train(x, gamma, beta, eps, 0)
        bn_param.update(track(running, batch, eps, momentum))
        return out, cache

    return {
        "batchnorm_forward": batchnorm_forward,
        "batchnorm_backward": backward,
        "batchnorm_backward_alt": alt or backward,
    }
