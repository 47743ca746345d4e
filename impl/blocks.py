"""Layers that are usually stacked, as one forward and one backward each. A block's cache is its layers' caches."""

from typing import Any

from .activations import relu_backward, relu_forward
from .affine import affine_backward, affine_forward
from .normalization import (
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from .validation import Array


def affine_relu_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    """``out = relu(affine(x, w, b))``. Shapes and errors as in :func:`gradproof.impl.affine.affine_forward`."""
    scores, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(scores)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
    """Gradients of :func:`affine_relu_forward`: dx in the shape of x, dw (D, M), db (M,)."""
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), affine_cache)


def affine_bn_relu_forward(
    x: Array, w: Array, b: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> tuple[Array, Any]:
    """``out = relu(batchnorm(affine(x, w, b), gamma, beta))``. bn_param as in batchnorm_forward, updated in place."""
    scores, affine_cache = affine_forward(x, w, b)
    normalized, norm_cache = batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_bn_relu_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`affine_bn_relu_forward`: dx, dw, db, dgamma, dbeta.

    In training mode the true db is 0, for batch normalization takes any constant out again.
    """
    affine_cache, norm_cache, relu_cache = cache
    dnormalized, dgamma, dbeta = batchnorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return *affine_backward(dnormalized, affine_cache), dgamma, dbeta


def affine_ln_relu_forward(
    x: Array, w: Array, b: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]
) -> tuple[Array, Any]:
    """``out = relu(layernorm(affine(x, w, b), gamma, beta))``. ln_param as in layernorm_forward."""
    scores, affine_cache = affine_forward(x, w, b)
    normalized, norm_cache = layernorm_forward(scores, gamma, beta, ln_param)
    out, relu_cache = relu_forward(normalized)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_ln_relu_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`affine_ln_relu_forward`: dx, dw, db, dgamma, dbeta."""
    affine_cache, norm_cache, relu_cache = cache
    dnormalized, dgamma, dbeta = layernorm_backward(relu_backward(dout, relu_cache), norm_cache)
    return *affine_backward(dnormalized, affine_cache), dgamma, dbeta
