"""Update rules with a step of its own for each weight: adamw, nadam, adagrad, adadelta.

As in :mod:`gradproof.impl.optim`: ``rule(w, dw, config) -> (next_w, config)``, the state in the config dictionary. What
a rule is told there has no defaults: texts disagree about them.
"""

import numpy as np

from .optim import Config, adam
from .validation import Array, require_shape


def adamw(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Adam with decoupled weight decay: Adam's step, and ``learning_rate * weight_decay * w`` off, of the old w.

    The decay does not pass through the moments; that is what tells it from a penalty.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: as for adam, and ``weight_decay``.

    Raises:
        ValueError: if dw, m or v does not have the shape of w.

    Source: Loshchilov and Hutter (2019); torch.optim.AdamW.
    """
    next_w, config = adam(w, dw, config)
    return next_w - config["learning_rate"] * config["weight_decay"] * w, config


def nadam(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Adam with Nesterov's look-ahead: the moment in the step is ``beta1 * m + (1 - beta1) * dw``, m being the new one.

    Both moments are corrected by ``1 - beta**t``, as Adam's are.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: as for adam.

    Raises:
        ValueError: if dw, m or v does not have the shape of w.

    Source: Dozat (2016), its momentum constant.
    """
    _start("nadam", w, dw, config, "m", "v")
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] = config.get("t", 0) + 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * np.square(dw)
    ahead = (beta1 * config["m"] + (1 - beta1) * dw) / (1 - beta1 ** config["t"])
    root = np.sqrt(config["v"] / (1 - beta2 ** config["t"]))
    return w - config["learning_rate"] * ahead / (root + config["epsilon"]), config


def adagrad(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Adagrad: ``next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)``, cache the sum of all squares so far.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``learning_rate``, ``epsilon``, ``cache`` (0 at first).

    Raises:
        ValueError: if dw or the cache does not have the shape of w.

    Source: Duchi, Hazan and Singer (2011); torch.optim.Adagrad.
    """
    _start("adagrad", w, dw, config, "cache")
    config["cache"] = config["cache"] + np.square(dw)
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adadelta(w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
    """Adadelta: ``step = sqrt(delta + epsilon) / sqrt(cache + epsilon) * dw``, ``next_w = w - step``.

    ``cache`` averages the squares of the gradients and is updated first; ``delta`` averages those of the steps and is
    updated last, so that a step knows only those before it.

    Args:
        w, dw: parameters and their gradient, one shape.
        config: ``decay_rate``, ``epsilon``, ``cache`` and ``delta`` (0 at first). There is no learning rate.

    Raises:
        ValueError: if dw, the cache or delta does not have the shape of w.

    Source: Zeiler (2012); torch.optim.Adadelta.
    """
    _start("adadelta", w, dw, config, "cache", "delta")
    decay, epsilon = config["decay_rate"], config["epsilon"]
    config["cache"] = decay * config["cache"] + (1 - decay) * np.square(dw)
    step = np.sqrt(config["delta"] + epsilon) / np.sqrt(config["cache"] + epsilon) * dw
    config["delta"] = decay * config["delta"] + (1 - decay) * np.square(step)
    return w - step, config


def _start(rule: str, w: Array, dw: Array, config: Config, *state: str) -> None:
    """State that is not there yet is 0."""
    require_shape(rule, "dw", dw, w.shape)
    for name in state:
        require_shape(rule, name, config.setdefault(name, np.zeros_like(w)), w.shape)
