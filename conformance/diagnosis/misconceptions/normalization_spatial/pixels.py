"""Mistakes in batch normalization of images: which pixels are normalised together."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization.base import (
    STATISTICS,
    Backward,
    Standardized,
    Step,
    batchnorm,
    through_mean,
    through_variance,
)
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.base import (
    images,
    spatial_batchnorm,
)
from gradproof.conformance.spec.cases import Array


def in_parts(parts: Step) -> Functions:
    """Parts of the batch, such as ``parts(x.shape)`` indexes them, each normalised by itself."""
    right = spatial_batchnorm()

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        out, caches = np.empty_like(x), []
        for part in parts(x.shape):
            out[part], cache = right["spatial_batchnorm_forward"](x[part], gamma, beta, bn_param)
            caches.append(cache)
        return out, caches

    def spatial_batchnorm_backward(dout: Array, caches: Iterable[Standardized]) -> Any:
        dx, sums = np.empty_like(dout), []
        for part, cache in zip(parts(dout.shape), caches, strict=True):
            dx[part], *of_parameters = right["spatial_batchnorm_backward"](dout[part], cache)
            sums.append(of_parameters)
        return dx, *np.sum(sums, axis=0)

    return {
        "spatial_batchnorm_forward": spatial_batchnorm_forward,
        "spatial_batchnorm_backward": spatial_batchnorm_backward,
    }


def one_by_one(axis: int) -> Step:
    """Each index of an axis for itself."""
    return lambda shape: [(slice(None),) * axis + (slice(i, i + 1),) for i in range(shape[axis])]


def parameter_gradients(*axes: int) -> Functions:
    """Dgamma and dbeta are sums over these axes of (N, C, H, W)."""
    right = spatial_batchnorm()

    def spatial_batchnorm_backward(dout: Array, cache: Standardized) -> Any:
        dx, _, _ = right["spatial_batchnorm_backward"](dout, cache)
        return dx, (dout * images(cache.x_hat, dout.shape)).sum(axis=axes), dout.sum(axis=axes)

    return {**right, "spatial_batchnorm_backward": spatial_batchnorm_backward}


def dx_counting(count: Step) -> Functions:
    """The sums in dx divided by ``count(dout.shape)``."""

    def spatial_batchnorm_backward(dout: Array, cache: Standardized) -> Any:
        factor = dout[:, 0].size / count(dout.shape)

        def dx(g: Array, cache: Standardized) -> Any:
            return (g - factor * (through_mean(g, cache) + through_variance(g, cache))) / cache.std

        counting = spatial_batchnorm(layer=batchnorm(backward=Backward(dx=dx)))
        return counting["spatial_batchnorm_backward"](dout, cache)

    return {**spatial_batchnorm(), "spatial_batchnorm_backward": spatial_batchnorm_backward}


@wrong(
    "spatial_batchnorm",
    "You normalise each image by itself; a channel is normalised over all images of the batch together.",
    "Does the output for one image depend on which others are in the batch?",
)
def each_image_is_normalized_alone() -> Functions:
    return in_parts(one_by_one(0))


@wrong(
    "spatial_batchnorm",
    "You normalise each image by itself and average what the images have; a channel's mean and variance are of the "
    "pixels of all images together.",
    "Does the output for one image depend on which others are in the batch?",
)
def each_image_is_normalized_alone_and_averaged() -> Functions:
    alone = each_image_is_normalized_alone.build()

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        before = {name: bn_param.get(name, np.zeros_like(gamma)) for name in STATISTICS}
        out, caches = alone["spatial_batchnorm_forward"](x, gamma, beta, bn_param)
        if bn_param["mode"] == "train":
            kept = bn_param.get("momentum", 0.9)
            averages = x.mean(axis=(0, 2, 3)), x.var(axis=(2, 3)).mean(axis=0)
            bn_param.update(
                (name, kept * before[name] + (1 - kept) * average)
                for name, average in zip(STATISTICS, averages, strict=True)
            )
        return out, caches

    return {**alone, "spatial_batchnorm_forward": spatial_batchnorm_forward}


@wrong(
    "spatial_batchnorm",
    "You normalise each row of pixels by itself; a channel is normalised over all of its pixels together.",
    "Over which axes of (N, C, H, W) do you average? Three of them are to go.",
)
def each_row_is_normalized_alone() -> Functions:
    return in_parts(one_by_one(2))


@wrong(
    "spatial_batchnorm",
    "You normalise each column of pixels by itself; a channel is normalised over all of its pixels together.",
    "Over which axes of (N, C, H, W) do you average? Three of them are to go.",
)
def each_column_is_normalized_alone() -> Functions:
    return in_parts(one_by_one(3))


@wrong(
    "spatial_batchnorm",
    "You normalise each pixel over the batch alone; a channel is normalised over the batch and all of its pixels.",
    "How many means does a channel have in your code?",
)
def each_pixel_is_normalized_alone() -> Functions:
    return in_parts(lambda shape: [np.s_[:, :, i : i + 1, j : j + 1] for i, j in np.ndindex(shape[2:])])


@wrong(
    "spatial_batchnorm",
    "You pass each channel to batch normalization with its pixels as features, and the running statistics with it; a "
    "channel has one mean and one variance.",
    "Which shape have your running statistics after a step, and which channel are they of?",
)
def pixels_are_features_of_each_channel() -> Functions:
    rows = batchnorm()

    def spatial_batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
        out, caches = np.empty_like(x), []
        for i, (scale, shift) in enumerate(zip(gamma, beta, strict=True)):
            channel, cache = rows["batchnorm_forward"](x[:, i].reshape(len(x), -1), scale, shift, bn_param)
            out[:, i] = channel.reshape(x[:, i].shape)
            caches.append(cache)
        return out, caches

    def spatial_batchnorm_backward(dout: Array, caches: Iterable[Standardized]) -> Any:
        dx, sums = np.empty_like(dout), []
        for i, cache in enumerate(caches):
            channel, *of_parameters = rows["batchnorm_backward"](dout[:, i].reshape(len(dout), -1), cache)
            dx[:, i] = channel.reshape(dout[:, i].shape)
            sums.append([each.sum() for each in of_parameters])
        return dx, *np.array(sums).T

    return {
        "spatial_batchnorm_forward": spatial_batchnorm_forward,
        "spatial_batchnorm_backward": spatial_batchnorm_backward,
    }


@wrong(
    "spatial_batchnorm",
    "Your dgamma and dbeta are sums over the batch alone; they add up all pixels too.",
    "Which shape do gamma and beta have?",
)
def parameter_gradients_of_each_pixel() -> Functions:
    return parameter_gradients(0)


@wrong(
    "spatial_batchnorm",
    "Your dgamma and dbeta are sums over the pixels of each image; they add up the batch too.",
    "Which shape do gamma and beta have?",
)
def parameter_gradients_of_each_image() -> Functions:
    return parameter_gradients(2, 3)


@wrong(
    "spatial_batchnorm",
    "Your dx divides its sums by the number of images; they run over all pixels too, N * H * W in all.",
    "How many values went into each mean of the forward?",
)
def dx_counts_the_images() -> Functions:
    return dx_counting(lambda shape: shape[0])


@wrong(
    "spatial_batchnorm",
    "Your dx divides its sums by the pixels of one image; they run over the batch too, N * H * W in all.",
    "How many values went into each mean of the forward?",
)
def dx_counts_the_pixels_of_one_image() -> Functions:
    return dx_counting(lambda shape: shape[2] * shape[3])
