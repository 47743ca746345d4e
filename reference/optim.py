"""torch.optim's update rules, run for several steps from a given state, their conventions converted."""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from .bridge import Array, array, tensor


def sgd(w: Tensor, _state: Mapping[str, Tensor], options: Mapping[str, float]) -> torch.optim.Optimizer:
    """torch.optim.SGD."""
    return torch.optim.SGD([w], lr=options["learning_rate"])


def sgd_momentum(
    w: Tensor, state: Mapping[str, Tensor], options: Mapping[str, float], nesterov: bool = False
) -> torch.optim.Optimizer:
    """torch.optim.SGD with momentum; its buffer is the velocity over minus the learning rate."""
    rate = options["learning_rate"]
    optimizer = torch.optim.SGD([w], lr=rate, momentum=options["momentum"], nesterov=nesterov)
    optimizer.state[w]["momentum_buffer"] = state["velocity"] / -rate
    return optimizer


def nesterov(w: Tensor, state: Mapping[str, Tensor], options: Mapping[str, float]) -> torch.optim.Optimizer:
    """The same with Nesterov's look-ahead."""
    return sgd_momentum(w, state, options, nesterov=True)


def rmsprop(w: Tensor, state: Mapping[str, Tensor], options: Mapping[str, float]) -> torch.optim.Optimizer:
    """torch.optim.RMSprop; epsilon outside the root."""
    rate, decay, epsilon = (options[name] for name in ("learning_rate", "decay_rate", "epsilon"))
    optimizer = torch.optim.RMSprop([w], lr=rate, alpha=decay, eps=epsilon)
    optimizer.state[w] = {"step": torch.tensor(0.0), "square_avg": state["cache"]}
    return optimizer


def adam(w: Tensor, state: Mapping[str, Tensor], options: Mapping[str, float]) -> torch.optim.Optimizer:
    """torch.optim.Adam; epsilon added to the corrected root."""
    names = ("learning_rate", "beta1", "beta2", "epsilon")
    rate, beta1, beta2, epsilon = (options[name] for name in names)
    optimizer = torch.optim.Adam([w], lr=rate, betas=(beta1, beta2), eps=epsilon)
    steps = torch.tensor(float(options["t"]))
    optimizer.state[w] = {"step": steps, "exp_avg": state["m"], "exp_avg_sq": state["v"]}
    return optimizer


Rule = Callable[[Tensor, Mapping[str, Tensor], Mapping[str, float]], torch.optim.Optimizer]
RULES: Mapping[str, Rule] = {
    "sgd": sgd,
    "sgd_momentum": sgd_momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}
STATE: Mapping[str, tuple[str, ...]] = {
    "sgd": (),
    "sgd_momentum": ("velocity",),
    "nesterov": ("velocity",),
    "rmsprop": ("cache",),
    "adam": ("m", "v"),
}
KEPT_AS = {"cache": "square_avg", "m": "exp_avg", "v": "exp_avg_sq", "t": "step"}


def trajectory(
    rule: str, inputs: Mapping[str, Array], options: Mapping[str, float], gradients: tuple[str, ...], eps_inside: bool
) -> dict[str, Array]:
    """W and the rule's state after each of several steps.

    Args:
        rule: its name.
        inputs: w, the gradients, and the state arrays to start from (0 where absent).
        options: every scalar of the config; ``t`` counts the steps already taken.
        gradients: the names of the gradients, in order.
        eps_inside: whether Adam's epsilon is added to the root before its correction; torch has the other placement,
            to which a step's epsilon is converted.
    """
    w = tensor(inputs["w"], requires_grad=True)
    names = STATE[rule]
    zeros = torch.zeros_like(w).detach()
    state = {name: tensor(inputs[name]) if name in inputs else zeros.clone() for name in names}
    optimizer = RULES[rule](w, state, options)
    answers: dict[str, Array] = {}
    for step, name in enumerate(gradients, start=1):
        if eps_inside:
            correction = 1 - options["beta2"] ** (options["t"] + step)
            optimizer.param_groups[0]["eps"] = options["epsilon"] / correction**0.5
        w.grad = tensor(inputs[name])
        optimizer.step()
        answers[f"w_{step}"] = array(w)
        answers |= dict(_state(optimizer.state[w], rule, names, step, options))
    return answers


def _state(
    kept: Mapping[str, Tensor], rule: str, names: tuple[str, ...], step: int, options: Mapping[str, float]
) -> Iterator[tuple[str, Array]]:
    for name in names:
        value = kept["momentum_buffer"] * -options["learning_rate"] if name == "velocity" else kept[KEPT_AS[name]]
        yield f"{name}_{step}", array(value)
    if rule == "adam":
        yield f"t_{step}", array(kept["step"])
