"""Mistakes in what is done to gradients."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("clip_eps",)
Config = dict[str, Any]


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


RULES = ("adadelta", "adagrad", "adamw", "nadam", "sgd_weight_decay", "sgd_dampened")


@wrong(
    " ".join(RULES),
    "Your step is 0, so that w stays what it was; every step moves it.",
    "Print the step and each of its factors: which of them is 0?",
)
def no_step_is_taken() -> Functions:
    return {name: lambda w, _dw, config: (w.copy(), config) for name in RULES}
