"""Batch, group and instance normalization of (N, C, H, W) images.

Each is a normalization of matrices, seen rightly: batch normalization takes every pixel for a sample with C features,
group normalization takes every group of channels of an image for a row that layer normalization standardises, and in
instance normalization each channel is a group. A channel has one scale and one shift.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .normalization import (
    NormalizationCache,
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from .validation import Array, require_images, require_shape


@dataclass(frozen=True)
class GroupCache:
    """What a backward needs: the standardised images, the scale as it came, and the cache of the rows."""

    x_hat: Array
    gamma: Array
    rows: NormalizationCache


def spatial_batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> tuple[Array, NormalizationCache]:
    """Batch normalization of images: each channel is standardised over the batch and all pixels together.

    Args:
        x: (N, C, H, W), float.
        gamma, beta: (C,), scale and shift.
        bn_param: as in :func:`gradproof.impl.normalization.batchnorm_forward`; running_mean and running_var are (C,).

    Returns:
        out (N, C, H, W) and the cache for :func:`spatial_batchnorm_backward`.

    Raises:
        ValueError: for an unknown mode or shapes that do not fit.

    Source: Ioffe and Szegedy (2015), section 3.2; cs231n assignment 2; torch.nn.functional.batch_norm.
    """
    require_images("spatial_batchnorm_forward", "x", x)
    _require_scales("spatial_batchnorm_forward", gamma, beta, (x.shape[1],))
    out, cache = batchnorm_forward(_pixels(x), gamma, beta, bn_param)
    return _images(out, x.shape), cache


def spatial_batchnorm_backward(dout: Array, cache: NormalizationCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`spatial_batchnorm_forward`.

    Args:
        dout: (N, C, H, W), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, C, H, W), dgamma (C,), dbeta (C,).

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    require_images("spatial_batchnorm_backward", "dout", dout)
    dx, dgamma, dbeta = batchnorm_backward(_pixels(dout), cache)
    return _images(dx, dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    G: int,  # noqa: N803 - the field writes G
    gn_param: dict[str, Any],
) -> tuple[Array, GroupCache]:
    """Group normalization: each image's channels form G groups of neighbours, each standardised by itself.

    A group is C / G channels in their order, with all their pixels. The same in training and test.

    Args:
        x: (N, C, H, W), float.
        gamma, beta: (C,) or (1, C, 1, 1), scale and shift.
        G: number of groups (not of channels in one), a divisor of C.
        gn_param: ``eps`` (1e-5).

    Returns:
        out (N, C, H, W) and the cache for :func:`spatial_groupnorm_backward`.

    Raises:
        ValueError: for shapes that do not fit, or a G that does not divide C.

    Source: Wu and He (2018); cs231n assignment 2; torch.nn.functional.group_norm.
    """
    return _groupnorm("spatial_groupnorm_forward", x, gamma, beta, G, gn_param)


def spatial_groupnorm_backward(dout: Array, cache: GroupCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`spatial_groupnorm_forward`; dgamma and dbeta sum over the batch and all pixels.

    Args:
        dout: (N, C, H, W), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, C, H, W), dgamma and dbeta in the shape of gamma.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    return _groupnorm_backward("spatial_groupnorm_backward", dout, cache)


def instancenorm_forward(x: Array, gamma: Array, beta: Array, in_param: dict[str, Any]) -> tuple[Array, GroupCache]:
    """Instance normalization: each channel of each image is standardised over its own pixels.

    Args:
        x: (N, C, H, W), float.
        gamma, beta: (C,) or (1, C, 1, 1), scale and shift.
        in_param: ``eps`` (1e-5).

    Returns:
        out (N, C, H, W) and the cache for :func:`instancenorm_backward`.

    Raises:
        ValueError: for shapes that do not fit.

    Source: Ulyanov, Vedaldi and Lempitsky (2016); torch.nn.functional.instance_norm.
    """
    require_images("instancenorm_forward", "x", x)
    return _groupnorm("instancenorm_forward", x, gamma, beta, x.shape[1], in_param)


def instancenorm_backward(dout: Array, cache: GroupCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`instancenorm_forward`; args, returns and errors as :func:`spatial_groupnorm_backward`."""
    return _groupnorm_backward("instancenorm_backward", dout, cache)


def _groupnorm(
    function: str, x: Array, gamma: Array, beta: Array, groups: int, param: dict[str, Any]
) -> tuple[Array, GroupCache]:
    require_images(function, "x", x)
    channels = x.shape[1]
    _require_scales(function, gamma, beta, (1, channels, 1, 1) if np.ndim(gamma) == 4 else (channels,))
    if groups < 1 or channels % groups:
        raise ValueError(f"{function}: G is {groups}, expected a divisor of {channels} channels")
    rows = x.reshape(len(x) * groups, -1)
    plain = np.ones(rows.shape[1], x.dtype)
    x_hat, cache = layernorm_forward(rows, plain, np.zeros_like(plain), param)
    x_hat = x_hat.reshape(x.shape)
    return _by_channel(gamma) * x_hat + _by_channel(beta), GroupCache(x_hat, gamma, cache)


def _groupnorm_backward(function: str, dout: Array, cache: GroupCache) -> tuple[Array, Array, Array]:
    require_shape(function, "dout", dout, cache.x_hat.shape)
    dgamma = (dout * cache.x_hat).sum(axis=(0, 2, 3)).reshape(cache.gamma.shape)
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(cache.gamma.shape)
    dx_hat = dout * _by_channel(cache.gamma)
    dx, _, _ = layernorm_backward(dx_hat.reshape(cache.rows.x_hat.shape), cache.rows)
    return dx.reshape(dout.shape), dgamma, dbeta


def _require_scales(function: str, gamma: Array, beta: Array, expected: tuple[int, ...]) -> None:
    require_shape(function, "gamma", gamma, expected)
    require_shape(function, "beta", beta, expected)


def _by_channel(scale: Array) -> Array:
    return scale.reshape(-1, 1, 1)


def _pixels(images: Array) -> Array:
    """A row for each pixel: (N * H * W, C)."""
    return images.transpose(0, 2, 3, 1).reshape(-1, images.shape[1])


def _images(pixels: Array, shape: tuple[int, ...]) -> Array:
    """The rows of :func:`_pixels` put together again."""
    samples, channels, height, width = shape
    return np.ascontiguousarray(pixels.reshape(samples, height, width, channels).transpose(0, 3, 1, 2))
