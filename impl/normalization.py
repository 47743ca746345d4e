"""Batch and layer normalization of (N, D) matrices.

Both standardise ``x_hat = (x - mean) / sqrt(var + eps)`` and then scale and shift ``out = gamma * x_hat + beta``; they
differ in the axis alone. The variance is the biased one (divided by the count), taken of the centred values, never as
E[x^2] - E[x]^2, and eps stands inside the root.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .validation import Array, require_choice, require_matrix, require_shape


@dataclass(frozen=True)
class NormalizationCache:
    """What a backward needs: the standardised input, 1 / sqrt(var + eps), the scale, and whose statistics they were."""

    x_hat: Array
    inverse_std: Array
    gamma: Array
    axis: int
    statistics_of_x: bool


def batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> tuple[Array, NormalizationCache]:
    """Batch normalization: each feature is standardised over the batch.

    In mode ``train`` the batch's own mean and biased variance are used and the running ones are updated in the
    dictionary, ``running = momentum * running + (1 - momentum) * batch`` (momentum is the share that is kept, the
    opposite of torch's; the running variance is the biased one, where torch's is unbiased). In mode ``test`` the
    running ones are used and nothing is updated.

    Args:
        x: (N, D), float.
        gamma, beta: (D,), scale and shift.
        bn_param: ``mode`` (train or test), ``eps`` (1e-5), ``momentum`` (0.9), ``running_mean`` and ``running_var``
            (D,), both zero at first.

    Returns:
        out (N, D) and the cache for :func:`batchnorm_backward`.

    Raises:
        ValueError: for an unknown mode or shapes that do not fit.

    Source: Ioffe and Szegedy (2015); cs231n assignment 2; torch.nn.functional.batch_norm.
    """
    mode = bn_param.get("mode")
    require_choice("batchnorm_forward", "bn_param['mode']", mode, ("train", "test"))
    require_matrix("batchnorm_forward", "x", x)
    features = _require_fit("batchnorm_forward", x, gamma, beta)
    eps = float(bn_param.get("eps", 1e-5))
    running_mean = bn_param.get("running_mean", np.zeros(features, x.dtype))
    running_var = bn_param.get("running_var", np.zeros(features, x.dtype))
    require_shape("batchnorm_forward", "running_mean", running_mean, (features,))
    require_shape("batchnorm_forward", "running_var", running_var, (features,))

    if mode == "test":
        inverse_std = 1 / np.sqrt(running_var + eps)
        x_hat = (x - running_mean) * inverse_std
        return gamma * x_hat + beta, NormalizationCache(x_hat, inverse_std, gamma, 0, statistics_of_x=False)

    momentum = float(bn_param.get("momentum", 0.9))
    x_hat, inverse_std, mean, variance = _standardize(x, 0, eps)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean.reshape(features)
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * variance.reshape(features)
    return gamma * x_hat + beta, NormalizationCache(x_hat, inverse_std, gamma, 0, statistics_of_x=True)


def layernorm_forward(
    x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]
) -> tuple[Array, NormalizationCache]:
    """Layer normalization: each row is standardised over its features, the last axis. The same in training and test.

    Args:
        x: (N, D), or any shape that ends on D, float.
        gamma, beta: (D,), scale and shift.
        ln_param: ``eps`` (1e-5).

    Returns:
        out in the shape of x and the cache for :func:`layernorm_backward`.

    Raises:
        ValueError: for shapes that do not fit.

    Source: Ba, Kiros and Hinton (2016); torch.nn.functional.layer_norm.
    """
    _require_fit("layernorm_forward", x, gamma, beta)
    x_hat, inverse_std, _, _ = _standardize(x, axis=-1, eps=float(ln_param.get("eps", 1e-5)))
    return gamma * x_hat + beta, NormalizationCache(x_hat, inverse_std, gamma, -1, statistics_of_x=True)


def batchnorm_backward(dout: Array, cache: NormalizationCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`batchnorm_forward`, back through the graph step by step.

    ``dgamma = sum(dout * x_hat)``, ``dbeta = sum(dout)``; with ``g = dout * gamma``, the standardisation sends g
    through x directly, through the variance and through the mean.

    Args:
        dout: (N, D), the upstream gradient.
        cache: what the forward returned. After a forward in test mode the statistics are constants.

    Returns:
        dx (N, D), dgamma (D,), dbeta (D,).

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    return _backward("batchnorm_backward", dout, cache)


def layernorm_backward(dout: Array, cache: NormalizationCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`layernorm_forward`; dgamma and dbeta sum over all rows, the standardisation is per row.

    Args:
        dout: the upstream gradient, in the shape of x.
        cache: what the forward returned.

    Returns:
        dx in the shape of x, dgamma (D,), dbeta (D,).

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    return _backward("layernorm_backward", dout, cache)


def batchnorm_backward_alt(dout: Array, cache: NormalizationCache) -> tuple[Array, Array, Array]:
    """The same gradients as :func:`batchnorm_backward`, simplified on paper to one line.

    ``dx = gamma / (N sqrt(var + eps)) * (N dout - dbeta - x_hat dgamma)``, for a forward in training mode.

    Raises:
        ValueError: if dout does not have the shape of x, or the forward ran in test mode.
    """
    x_hat = cache.x_hat
    require_shape("batchnorm_backward_alt", "dout", dout, x_hat.shape)
    if not cache.statistics_of_x:
        raise ValueError("batchnorm_backward_alt: the forward ran in test mode, expected mode 'train'")
    count = x_hat.shape[0]
    dgamma = (dout * x_hat).sum(axis=0)
    dbeta = dout.sum(axis=0)
    dx = (cache.gamma * cache.inverse_std / count) * (count * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


def _require_fit(function: str, x: Array, gamma: Array, beta: Array) -> int:
    features = int(x.shape[-1])
    require_shape(function, "gamma", gamma, (features,))
    require_shape(function, "beta", beta, (features,))
    return features


def _standardize(x: Array, axis: int, eps: float) -> tuple[Array, Array, Array, Array]:
    mean = x.mean(axis=axis, keepdims=True)
    centred = x - mean
    variance = np.square(centred).mean(axis=axis, keepdims=True)
    inverse_std = 1 / np.sqrt(variance + eps)
    return centred * inverse_std, inverse_std, mean, variance


def _backward(function: str, dout: Array, cache: NormalizationCache) -> tuple[Array, Array, Array]:
    x_hat, axis = cache.x_hat, cache.axis
    require_shape(function, "dout", dout, x_hat.shape)
    rows = tuple(range(x_hat.ndim - 1))
    dgamma = (dout * x_hat).sum(axis=rows)
    dbeta = dout.sum(axis=rows)
    dx_hat = dout * cache.gamma
    if cache.statistics_of_x:
        through_variance = x_hat * (dx_hat * x_hat).mean(axis=axis, keepdims=True)
        through_mean = dx_hat.mean(axis=axis, keepdims=True)
        dx_hat = dx_hat - through_mean - through_variance
    return dx_hat * cache.inverse_std, dgamma, dbeta
