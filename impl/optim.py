"""Update rules: ``rule(w, dw, config) -> (next_w, config)``, the state in the config dictionary.

A rule fills in the defaults of what the config lacks and updates its state there, for that is where the state lives;
w and dw are not written to.
"""

from typing import Any

import numpy as np

from .validation import Array, require_shape

Config = dict[str, Any]


def sgd(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Gradient descent: ``next_w = w - learning_rate * dw``.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate`` (1e-2).

    Raises:
        ValueError: if dw does not have the shape of w.

    Source: cs231n assignment 2; torch.optim.SGD.
    """
    config = _started("sgd", w, dw, config, learning_rate=1e-2)
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Classical momentum: ``v = momentum * v - learning_rate * dw``, ``next_w = w + v``.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate`` (1e-2), ``momentum`` (0.9), ``velocity`` (0 at first, in the shape of w).

    Raises:
        ValueError: if dw or the velocity does not have the shape of w.

    Source: Polyak (1964); torch.optim.SGD, whose buffer is ``-v / learning_rate``.
    """
    config = _started("sgd_momentum", w, dw, config, ("velocity",), learning_rate=1e-2, momentum=0.9)
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    config["velocity"] = velocity
    return w + velocity, config


def nesterov(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Nesterov momentum: ``v = momentum * v - learning_rate * dw``, ``next_w = w + momentum * v - learning_rate * dw``.

    The gradient is the one at w itself; the new v stands in the second formula.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: as for :func:`sgd_momentum`.

    Raises:
        ValueError: if dw or the velocity does not have the shape of w.

    Source: Sutskever et al. (2013); torch.optim.SGD(nesterov=True).
    """
    config = _started("nesterov", w, dw, config, ("velocity",), learning_rate=1e-2, momentum=0.9)
    step = config["learning_rate"] * dw
    velocity = config["momentum"] * config["velocity"] - step
    config["velocity"] = velocity
    return w + (config["momentum"] * velocity - step), config


def rmsprop(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """RMSProp: ``next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)``, epsilon outside the root.

    ``cache = decay_rate * cache + (1 - decay_rate) * dw**2`` is updated first.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate`` (1e-2), ``decay_rate`` (0.99), ``epsilon`` (1e-8), ``cache`` (0 at first).

    Raises:
        ValueError: if dw or the cache does not have the shape of w.

    Source: Tieleman and Hinton (2012); torch.optim.RMSprop.
    """
    config = _started("rmsprop", w, dw, config, ("cache",), learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)
    decay = config["decay_rate"]
    cache = decay * config["cache"] + (1 - decay) * np.square(dw)
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config


def adam(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Adam: ``next_w = w - learning_rate * m / (1 - beta1**t) / (sqrt(v / (1 - beta2**t)) + epsilon)``.

    ``m = beta1 * m + (1 - beta1) * dw`` and ``v = beta2 * v + (1 - beta2) * dw**2`` are updated first, and t counts
    from 1 at the first step. epsilon is added to the corrected root; the other published placement is before the
    correction.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate`` (1e-3), ``beta1`` (0.9), ``beta2`` (0.999), ``epsilon`` (1e-8), ``m`` and ``v`` (0 at
            first, in the shape of w), ``t`` (0 at first).

    Raises:
        ValueError: if dw, m or v does not have the shape of w.

    Source: Kingma and Ba (2015); torch.optim.Adam.
    """
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = _started("adam", w, dw, config, ("m", "v"), **defaults)
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * np.square(dw)
    corrected_m = config["m"] / (1 - beta1 ** config["t"])
    corrected_v = config["v"] / (1 - beta2 ** config["t"])
    return w - config["learning_rate"] * corrected_m / (np.sqrt(corrected_v) + config["epsilon"]), config


def _started(
    rule: str, w: Array, dw: Array, config: Config | None, state: tuple[str, ...] = (), **defaults: float
) -> Config:
    config = {} if config is None else config
    require_shape(rule, "dw", dw, w.shape)
    for name, value in defaults.items():
        config.setdefault(name, value)
    for name in state:
        require_shape(rule, name, config.setdefault(name, np.zeros_like(w)), w.shape)
    return config
