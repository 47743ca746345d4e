"""Batch, group and instance normalization of images whose steps can be replaced.

The mistakes stand in the files whose names begin like this one.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    Forward,
    Standardized,
    Step,
    batchnorm,
    by_x,
    scale_and_shift,
)
from gradproof.conformance.spec.cases import Array

Shape = tuple[int, ...]
GROUP = (2, 3, 4)  # of images split into groups: channels, rows, columns


def pixels(x: Array) -> Array:
    """A row for each pixel."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def images(rows: Array, shape: Shape) -> Array:
    """The rows of :func:`pixels` put together again."""
    samples, channels, height, width = shape
    return rows.reshape(samples, height, width, channels).transpose(0, 3, 1, 2)


@dataclass(frozen=True)
class Layout:
    """How images become rows, and rows images again."""

    split: Step = pixels
    join: Step = images


def spatial_batchnorm(
    forward: Layout = Layout(),
    backward: Layout = Layout(),
    layer: Functions | None = None,
) -> Functions:
    """Batch normalization of images: the way to rows and back, and the normalization of the rows."""
    rows = layer or batchnorm()

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        out, cache = rows["batchnorm_forward"](forward.split(x), gamma, beta, bn_param)
        return forward.join(out, x.shape), cache

    def spatial_batchnorm_backward(dout: Array, cache: Any) -> Any:
        dx, dgamma, dbeta = rows["batchnorm_backward"](backward.split(dout), cache)
        return backward.join(dx, dout.shape), dgamma, dbeta

    return {
        "spatial_batchnorm_forward": spatial_batchnorm_forward,
        "spatial_batchnorm_backward": spatial_batchnorm_backward,
    }


@dataclass(frozen=True, eq=False)
class Groups:
    """What a backward needs: the standardised images, the scale, the number of groups, what is theirs."""

    x_hat: Array
    gamma: Array
    count: int
    standardized: Standardized


def neighbours(x: Array, groups: int) -> Array:
    """Images as (N, G, C / G, H, W)."""
    samples, channels, height, width = x.shape
    return x.reshape(samples, groups, channels // groups, height, width)


def by_channel(scale: Array) -> Array:
    """A scale that multiplies images."""
    return scale.reshape(-1, 1, 1)


def standardizing(**steps: Step) -> Forward:
    """The standardisation of groups, some steps replaced."""
    given: dict[str, Step] = {
        "mean": lambda x, axis: x.mean(axis=axis, keepdims=True),
        "variance": lambda x, centre, axis: np.square(x - centre).mean(axis=axis, keepdims=True),
    }
    return Forward(**{**given, **steps})


@dataclass(frozen=True)
class Groupnorm:
    """Group normalization, in steps."""

    split: Step = neighbours
    join: Step = lambda grouped, shape: grouped.reshape(shape)
    axes: Any = GROUP
    standardize: Forward = field(default_factory=standardizing)
    affine: Step = scale_and_shift
    upstream: Step = lambda dout, gamma: dout * gamma
    dx: Step = by_x
    by_gamma: Step = lambda dout, x_hat: dout * x_hat
    total: Step = lambda gradient: gradient.sum(axis=(0, 2, 3))
    shaped: Step = lambda gradient, gamma: gradient.reshape(gamma.shape)

    def forward(self, x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]) -> Any:
        """The output and the cache."""
        one = np.ones((), x.dtype)
        grouped, eps = self.split(x, groups), param.get("eps", 1e-5)
        standard, cache, _ = self.standardize(grouped, one, one - one, eps, self.axes)
        x_hat = self.join(standard, x.shape)
        return self.affine(x_hat, by_channel(gamma), by_channel(beta)), Groups(x_hat, gamma, groups, cache)

    def backward(self, dout: Array, cache: Groups) -> Any:
        """Dx, dgamma, dbeta."""
        g = self.split(self.upstream(dout, by_channel(cache.gamma)), cache.count)
        dx = self.join(self.dx(g, cache.standardized), dout.shape)
        sums = (self.total(self.by_gamma(dout, cache.x_hat)), self.total(dout))
        return dx, *(self.shaped(each, cache.gamma) for each in sums)


def functions_of(forward: Step, backward: Step) -> Functions:
    """Group normalization; and instance normalization, where each channel is a group."""

    def spatial_groupnorm_forward(
        x: Array,
        gamma: Array,
        beta: Array,
        G: int,  # noqa: N803
        gn_param: dict[str, Any],
    ) -> Any:
        return forward(x, gamma, beta, G, gn_param)

    def instancenorm_forward(x: Array, gamma: Array, beta: Array, in_param: dict[str, Any]) -> Any:
        return forward(x, gamma, beta, x.shape[1], in_param)

    return {
        "spatial_groupnorm_forward": spatial_groupnorm_forward,
        "spatial_groupnorm_backward": backward,
        "instancenorm_forward": instancenorm_forward,
        "instancenorm_backward": backward,
    }


def groupnorm(**steps: Any) -> Functions:
    """Group and instance normalization, the same steps of both replaced."""
    layer = Groupnorm(**steps)
    return functions_of(layer.forward, layer.backward)
