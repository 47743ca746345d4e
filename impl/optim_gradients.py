"""What is done to gradients before or in a plain step: weight decay, dampening, clipping by norm and by value."""

from collections.abc import Mapping

import numpy as np

from .optim import Config, sgd
from .validation import Array, require_shape


def sgd_weight_decay(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Gradient descent with a penalty's gradient: ``next_w = w - learning_rate * (dw + weight_decay * w)``.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate``, ``weight_decay``.

    Raises:
        ValueError: if dw does not have the shape of w.

    Source: torch.optim.SGD(weight_decay=...).
    """
    require_shape("sgd_weight_decay", "dw", dw, w.shape)
    return sgd(w, dw + config["weight_decay"] * w, config)


def sgd_dampened(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Momentum as an average: ``v = momentum * v + (1 - momentum) * dw``, ``next_w = w - learning_rate * v``.

    Classical momentum, :func:`gradproof.impl.sgd_momentum`, adds the whole gradient.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate``, ``momentum``, ``velocity`` (0 at first, in the shape of w).

    Raises:
        ValueError: if dw or the velocity does not have the shape of w.

    Source: torch.optim.SGD(dampening=momentum), from a velocity of 0.
    """
    require_shape("sgd_dampened", "dw", dw, w.shape)
    momentum = config["momentum"]
    velocity = config.setdefault("velocity", np.zeros_like(w))
    require_shape("sgd_dampened", "velocity", velocity, w.shape)
    config["velocity"] = momentum * velocity + (1 - momentum) * dw
    return w - config["learning_rate"] * config["velocity"], config


def clip_grad_norm(grads: Mapping[str, Array], max_norm: float) -> dict[str, Array]:
    """Gradients made shorter together: all times ``max_norm / norm`` if their common norm is larger than max_norm.

    Args:
        grads: the gradients by name; the norm is that of all their elements.
        max_norm: the longest that they may be.

    Returns:
        the gradients by name, in their shapes and dtypes.

    Source: Pascanu, Mikolov and Bengio (2013); torch.nn.utils.clip_grad_norm_, which adds 1e-6 to the norm.
    """
    norm = float(np.sqrt(sum(np.square(each).sum() for each in grads.values())))
    factor = max_norm / max(norm, max_norm)
    return {name: each * factor for name, each in grads.items()}


def clip_grad_value(grads: Mapping[str, Array], limit: float) -> dict[str, Array]:
    """Every element of every gradient brought into ``[-limit, limit]``.

    Args:
        grads: the gradients by name.
        limit: the largest that an element may be.

    Returns:
        the gradients by name, in their shapes and dtypes.

    Source: torch.nn.utils.clip_grad_value_.
    """
    return {name: np.clip(each, -limit, limit) for name, each in grads.items()}
