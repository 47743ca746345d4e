"""Mistakes in what is done to gradients."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("clip_eps",)
Config = dict[str, Any]


@wrong(
    "sgd_weight_decay",
    "Your decay leaves the learning rate out; it is part of the gradient, which the learning rate multiplies.",
    "Where do the parentheses of learning_rate * (dw + weight_decay * w) end?",
)
def decay_without_the_rate() -> Functions:
    def rule(w: Array, dw: Array, config: Config) -> Any:
        return w - config["learning_rate"] * dw - config["weight_decay"] * w, config

    return {"sgd_weight_decay": rule}


@wrong(
    "sgd_weight_decay",
    "Your decay is twice weight_decay * w; here the penalty has a half, so that its gradient is weight_decay * w.",
    "Whose derivative is weight_decay * w?",
)
def decay_twice() -> Functions:
    def rule(w: Array, dw: Array, config: Config) -> Any:
        return w - config["learning_rate"] * (dw + 2 * config["weight_decay"] * w), config

    return {"sgd_weight_decay": rule}


@wrong(
    "sgd_dampened",
    "Your velocity adds the whole gradient; here it is an average, (1 - momentum) times the gradient.",
    "What does the velocity tend to if the gradient stays the same?",
)
def gradient_not_dampened() -> Functions:
    def rule(w: Array, dw: Array, config: Config) -> Any:
        v = config["momentum"] * config.get("velocity", np.zeros_like(w)) + dw
        return w - config["learning_rate"] * v, {**config, "velocity": v}

    return {"sgd_dampened": rule}


@wrong(
    "clip_grad_norm",
    "You clip every gradient by its own norm; they are made shorter together, by the norm of all their elements.",
    "Is the direction of the whole step the same afterwards?",
)
def each_by_its_own_norm() -> Functions:
    def each(grads: dict[str, Array], max_norm: float) -> Any:
        norms = {name: float(np.linalg.norm(grad)) for name, grad in grads.items()}
        return {name: grad * min(1.0, max_norm / norms[name]) for name, grad in grads.items()}

    return {"clip_grad_norm": each}


@wrong(
    "clip_grad_norm",
    "You bring the norm to max_norm in any case; gradients that are shorter stay as they are.",
    "What is to happen to a gradient whose norm is smaller than max_norm?",
)
def short_ones_made_longer() -> Functions:
    def always(grads: dict[str, Array], max_norm: float) -> Any:
        norm = float(np.sqrt(sum(float(np.square(grad).sum()) for grad in grads.values())))
        return {name: grad * (max_norm / norm) for name, grad in grads.items()}

    return {"clip_grad_norm": always}


@wrong(
    "clip_grad_norm",
    "You compare the square of the norm with max_norm; it is the norm itself, its root.",
    "Which of the two has the unit of a gradient?",
)
def square_of_the_norm() -> Functions:
    def squared(grads: dict[str, Array], max_norm: float) -> Any:
        norm = float(sum(float(np.square(grad).sum()) for grad in grads.values()))
        return {name: grad * min(1.0, max_norm / norm) for name, grad in grads.items()}

    return {"clip_grad_norm": squared}


@wrong(
    "clip_grad_value",
    "You clip from above alone; what is below minus the limit is too large as well.",
    "Is -100 within a limit of 1?",
)
def from_above_alone() -> Functions:
    return {"clip_grad_value": lambda grads, limit: {name: np.minimum(grad, limit) for name, grad in grads.items()}}
