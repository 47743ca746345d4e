"""Convolutional layers that are usually stacked, as one forward and one backward each, by the fast versions."""

from collections.abc import Mapping
from typing import Any

from .activations import relu_backward, relu_forward
from .convolution import conv_backward_fast, conv_forward_fast
from .normalization_spatial import spatial_batchnorm_backward, spatial_batchnorm_forward
from .pooling import max_pool_backward_fast, max_pool_forward_fast
from .validation import Array


def conv_relu_forward(x: Array, w: Array, b: Array, conv_param: Mapping[str, Any]) -> tuple[Array, Any]:
    """``out = relu(conv(x, w, b))``. Shapes and errors as in :func:`gradproof.impl.convolution.conv_forward_naive`."""
    scores, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(scores)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv_relu_forward`: dx, dw, db."""
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(
    x: Array, w: Array, b: Array, gamma: Array, beta: Array, conv_param: Mapping[str, Any], bn_param: dict[str, Any]
) -> tuple[Array, Any]:
    """``out = relu(spatial_batchnorm(conv(x, w, b), gamma, beta))``. bn_param is updated in place."""
    scores, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normalized, norm_cache = spatial_batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`conv_bn_relu_forward`: dx, dw, db, dgamma, dbeta.

    In training mode the true db is 0, for batch normalization takes any constant out again.
    """
    conv_cache, norm_cache, relu_cache = cache
    dnormalized, dgamma, dbeta = spatial_batchnorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return *conv_backward_fast(dnormalized, conv_cache), dgamma, dbeta


def conv_relu_pool_forward(
    x: Array, w: Array, b: Array, conv_param: Mapping[str, Any], pool_param: Mapping[str, Any]
) -> tuple[Array, Any]:
    """``out = max_pool(relu(conv(x, w, b)))``. pool_param as in ``max_pool_forward_naive``."""
    active, block_cache = conv_relu_forward(x, w, b, conv_param)
    out, pool_cache = max_pool_forward_fast(active, pool_param)
    return out, (block_cache, pool_cache)


def conv_relu_pool_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv_relu_pool_forward`: dx, dw, db."""
    block_cache, pool_cache = cache
    return conv_relu_backward(max_pool_backward_fast(dout, pool_cache), block_cache)
