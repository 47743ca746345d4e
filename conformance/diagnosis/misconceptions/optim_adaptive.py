"""Mistakes in update rules with a step for each weight."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("adamw_eps", "nadam")
Config = dict[str, Any]
Step = Callable[..., Any]


def of_moments(
    name: str,
    gradient: Step = lambda dw, _w, _c: dw,
    ahead: Step = lambda m, _dw, _beta1, _t: m,
    decayed: Step = lambda w, moved, rate, decay: moved - rate * decay * w,
) -> Functions:
    """A rule with Adam's two moments; ``ahead(corrected m, dw, beta1, t)`` is what is over the root."""

    def rule(w: Array, dw: Array, config: Config) -> Any:
        beta1, beta2, t = config["beta1"], config["beta2"], config.get("t", 0) + 1
        rate, decay = config["learning_rate"], config.get("weight_decay", 0.0)
        g = gradient(dw, w, config)
        m = beta1 * config.get("m", np.zeros_like(w)) + (1 - beta1) * g
        v = beta2 * config.get("v", np.zeros_like(w)) + (1 - beta2) * np.square(g)
        root = np.sqrt(v / (1 - beta2**t)) + config["epsilon"]
        moved = w - rate * ahead(m / (1 - beta1**t), dw, beta1, t) / root
        return decayed(w, moved, rate, decay), {**config, "m": m, "v": v, "t": t}

    return {name: rule}


@wrong(
    "adamw",
    "You add the decay to the gradient, where it passes through the moments; AdamW takes it off the weights alone.",
    "What does the W in AdamW stand for, and what does decoupled mean?",
)
def decay_in_the_gradient() -> Functions:
    return of_moments(
        "adamw",
        gradient=lambda dw, w, c: dw + c["weight_decay"] * w,
        decayed=lambda _w, moved, _rate, _decay: moved,
    )


@wrong(
    "adamw",
    "Your decay is taken of the weights after the step; it is taken of those before it.",
    "Which w stands in the formula of the decay?",
)
def decay_of_the_moved_weights() -> Functions:
    return of_moments("adamw", decayed=lambda _w, moved, rate, decay: moved - rate * decay * moved)


@wrong(
    "nadam",
    "Your rule is Adam's; Nadam has beta1 times the moment and the new gradient's share besides.",
    "Where does the gradient enter a second time?",
)
def no_look_ahead() -> Functions:
    return of_moments("nadam")


@wrong(
    "nadam",
    "Your gradient in the look-ahead is not corrected; it is divided by 1 - beta1^t as the moment is.",
    "What is the first step, if both are divided and if one is?",
)
def gradient_not_corrected() -> Functions:
    return of_moments("nadam", ahead=lambda m, dw, beta1, _t: beta1 * m + (1 - beta1) * dw)


@wrong(
    "adagrad",
    "Your cache is a moving average, which is RMSProp's; Adagrad adds up all squares.",
    "Can a step of Adagrad ever grow again?",
)
def cache_is_an_average() -> Functions:
    def adagrad(w: Array, dw: Array, config: Config) -> Any:
        cache = 0.9 * config.get("cache", np.zeros_like(w)) + 0.1 * np.square(dw)
        step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w - step.astype(w.dtype), {**config, "cache": cache}

    return {"adagrad": adagrad}


@wrong(
    "adagrad",
    "Your cache is that of the last gradient; it adds up over the steps.",
    "What do you keep of the steps before?",
)
def cache_not_kept() -> Functions:
    def adagrad(w: Array, dw: Array, config: Config) -> Any:
        return w - config["learning_rate"] * dw / (np.abs(dw) + config["epsilon"]), config

    return {"adagrad": adagrad}


def delta(
    step: Step = lambda dw, cache, steps, eps: np.sqrt(steps + eps) / np.sqrt(cache + eps) * dw,
    later: Step = lambda step, _dw: step,
    first: bool = False,
) -> Functions:
    """Adadelta; with ``first`` the average of the steps knows the step that is to be taken."""

    def adadelta(w: Array, dw: Array, config: Config) -> Any:
        rho, eps = config["decay_rate"], config["epsilon"]
        cache = rho * config.get("cache", np.zeros_like(w)) + (1 - rho) * np.square(dw)
        steps = config.get("delta", np.zeros_like(w))
        move = step(dw, cache, steps, eps)
        steps = rho * steps + (1 - rho) * np.square(later(move, dw))
        move = step(dw, cache, steps, eps) if first else move
        return w - move, {**config, "cache": cache, "delta": steps}

    return {"adadelta": adadelta}


@wrong(
    "adadelta",
    "Your average of the steps is updated before the step is taken; a step knows only the steps before it.",
    "Which average stands in the numerator, the old or the new one?",
)
def both_averages_updated_first() -> Functions:
    return delta(first=True)


@wrong(
    "adadelta",
    "Your second average is one of gradients; it is one of the squares of the steps.",
    "What unit has the numerator of the step?",
)
def average_of_gradients_for_that_of_steps() -> Functions:
    return delta(later=lambda _step, dw: dw)


@wrong(
    "adadelta",
    "You add epsilon to the roots; it stands under both roots, beside the averages.",
    "What is the first step, where no step has been taken yet?",
)
def epsilon_outside_the_roots() -> Functions:
    return delta(step=lambda dw, cache, steps, eps: (np.sqrt(steps) + eps) / (np.sqrt(cache) + eps) * dw)
