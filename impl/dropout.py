"""Dropout in its four published conventions.

``p`` is the probability to keep or to drop a unit; *inverted* dropout divides by the keep probability in training and
is the identity at test time, *vanilla* dropout only masks in training and multiplies by the keep probability at test
time. The default is p = keep, inverted.
"""

from typing import Any

import numpy as np

from .validation import Array, require_choice, require_float, require_shape

DropoutCache = tuple[dict[str, Any], Array | None]


def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> tuple[Array, DropoutCache]:
    """Zero each element independently with the drop probability.

    Inverted: ``out = x * mask / keep`` in training, ``out = x`` at test time. Vanilla: ``out = x * mask`` in
    training, ``out = x * keep`` at test time.

    Args:
        x: any shape, float.
        dropout_param: ``mode`` (train or test), ``p``, and optionally ``seed`` (an int for this call's own generator;
            without it the mask differs from call to call), ``p_is`` (keep or drop), ``style`` (inverted or vanilla).

    Returns:
        out in the shape and dtype of x, and the cache ``(dropout_param, mask)``,
        the former a copy; the boolean mask is None at test time.

    Raises:
        ValueError: for an unknown mode, p_is or style, or when p keeps nothing (the scale 1 / keep would be infinite).

    Source: Srivastava et al. (2014); torch.nn.functional.dropout (p = drop, inverted).
    """
    mode = dropout_param.get("mode")
    require_choice("dropout_forward", "dropout_param['mode']", mode, ("train", "test"))
    require_float("dropout_forward", "x", x)
    keep = _keep_probability(dropout_param)
    if mode == "test":
        return x * x.dtype.type(_test_scale(dropout_param, keep)), (dict(dropout_param), None)
    draws = np.random.default_rng(dropout_param.get("seed")).random(x.shape)
    mask = np.asarray(draws < keep)
    return _masked(x, mask, _train_scale(dropout_param, keep)), (dict(dropout_param), mask)


def dropout_backward(dout: Array, cache: DropoutCache) -> Array:
    """Gradient of :func:`dropout_forward`: the upstream gradient through the same mask and scale.

    Raises:
        ValueError: if dout does not have the shape of the mask.
    """
    dropout_param, mask = cache
    keep = _keep_probability(dropout_param)
    if mask is None:
        return dout * dout.dtype.type(_test_scale(dropout_param, keep))
    require_shape("dropout_backward", "dout", dout, mask.shape)
    return _masked(dout, mask, _train_scale(dropout_param, keep))


def _masked(x: Array, mask: Array, scale: float) -> Array:
    return np.where(mask, x * x.dtype.type(scale), 0)


def _keep_probability(dropout_param: dict[str, Any]) -> float:
    p_is = dropout_param.get("p_is", "keep")
    require_choice("dropout_forward", "dropout_param['p_is']", p_is, ("keep", "drop"))
    p = dropout_param.get("p")
    expected = "0 < p <= 1, the probability to keep" if p_is == "keep" else "0 <= p < 1, the probability to drop"
    if p is None:
        raise ValueError(f"dropout_forward: dropout_param has no 'p', expected {expected}")
    keep = float(p) if p_is == "keep" else 1 - float(p)
    if not 0 < keep <= 1:
        raise ValueError(f"dropout_forward: p is {p}, expected {expected}")
    return keep


def _train_scale(dropout_param: dict[str, Any], keep: float) -> float:
    return 1 / keep if _is_inverted(dropout_param) else 1.0


def _test_scale(dropout_param: dict[str, Any], keep: float) -> float:
    return 1.0 if _is_inverted(dropout_param) else keep


def _is_inverted(dropout_param: dict[str, Any]) -> bool:
    style = dropout_param.get("style", "inverted")
    require_choice("dropout_forward", "dropout_param['style']", style, ("inverted", "vanilla"))
    return bool(style == "inverted")
