"""The update rules with their pieces in the open, so that a mistake is one piece changed."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contracts.optim import DEFAULTS, STATE

Config = dict[str, Any]
Step = Callable[[Array, Array, Config], tuple[Array, Config]]
Piece = Callable[..., Any]
NOTHING: Mapping[str, Any] = {}


def as_it_is(config: Config) -> Config:
    """What a rule sees of its config: everything."""
    return config


def everything(_config: Config, new: Config) -> Config:
    """What a rule keeps of its new state: all of it."""
    return new


def nothing(_config: Config, _new: Config) -> Config:
    """The state is not kept."""
    return {}


def rule(
    name: str,
    step: Step,
    starts: Mapping[str, Any] = NOTHING,
    sees: Callable[[Config], Config] = as_it_is,
    keeps: Callable[[Config, Config], Config] = everything,
) -> Functions:
    """An update rule.

    Args:
        name: of the rule.
        step: ``(w, dw, config) -> (next_w, new state)``.
        starts: defaults of the config that differ from the usual ones.
        sees: what the step sees of the config.
        keeps: ``(config, new state) -> what the config gets of it``.
    """

    def update(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
        state = {each: np.zeros_like(w) for each in STATE[name]}
        filled = {**DEFAULTS[name], **state, **starts, **(config or {})}
        next_w, new = step(w, dw, sees(filled))
        return next_w, {**filled, **keeps(filled, new)}

    return {name: update}


def average(old: Array, new: Array, decay: float) -> Any:
    """The moving average."""
    return decay * old + (1 - decay) * new


def over_the_root(m: Array, v: Array, epsilon: float, _dw: Array) -> Any:
    """The step's direction, epsilon outside the root."""
    return m / (np.sqrt(v) + epsilon)


def uncorrected(_beta: float, _t: int) -> float:
    """A moment is divided by 1."""
    return 1.0


def correction(beta: float, t: int) -> float:
    """What a moment that started at 0 is divided by."""
    return 1 - beta**t


def adam(
    mean: Piece = average,
    square: Piece = np.square,
    correct_m: Piece = correction,
    correct_v: Piece = correction,
    direction: Piece = over_the_root,
    corrected_by: tuple[str, str] = ("beta1", "beta2"),
    **frame: Any,
) -> Functions:
    """Adam; see :func:`rule` for ``frame``."""

    def step(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
        t = c["t"] + 1
        m, v = mean(c["m"], dw, c["beta1"]), mean(c["v"], square(dw), c["beta2"])
        of_m, of_v = (c[name] for name in corrected_by)
        towards = direction(m / correct_m(of_m, t), v / correct_v(of_v, t), c["epsilon"], dw)
        return w - c["learning_rate"] * towards, {"m": m, "v": v, "t": t}

    return rule("adam", step, **frame)


def rmsprop(
    mean: Piece = average, square: Piece = np.square, direction: Piece = over_the_root, **frame: Any
) -> Functions:
    """RMSProp; see :func:`rule` for ``frame``."""

    def step(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
        cache = mean(c["cache"], square(dw), c["decay_rate"])
        return w - c["learning_rate"] * direction(dw, cache, c["epsilon"], dw), {"cache": cache}

    return rule("rmsprop", step, **frame)


def heavy_ball(velocity: Array, dw: Array, rate: float, mu: float) -> Any:
    """Classical momentum's new velocity."""
    return mu * velocity - rate * dw


def by_velocity(velocity: Array, _old: Array, _dw: Array, _rate: float, _mu: float) -> Any:
    """Classical momentum's step."""
    return velocity


def looking_ahead(velocity: Array, _old: Array, dw: Array, rate: float, mu: float) -> Any:
    """Nesterov's step."""
    return mu * velocity - rate * dw


def momentum(name: str, velocity: Piece = heavy_ball, move: Piece = by_velocity, **frame: Any) -> Functions:
    """The rule of that name, sgd_momentum or nesterov; see :func:`rule` for ``frame``."""

    def step(w: Array, dw: Array, c: Config) -> tuple[Array, Config]:
        rate, mu, old = c["learning_rate"], c["momentum"], c["velocity"]
        new = velocity(old, dw, rate, mu)
        return w + move(new, old, dw, rate, mu), {"velocity": new}

    return rule(name, step, **frame)


def sgd(step: Callable[[Array, float], Array]) -> Functions:
    """Gradient descent with another step ``(dw, learning_rate)``."""
    return rule("sgd", lambda w, dw, c: (w + step(dw, c["learning_rate"]), {}))


def with_fixed_epsilon(config: Config) -> Config:
    """Epsilon is 1e-8, whatever the config says."""
    return {**config, "epsilon": 1e-8}
