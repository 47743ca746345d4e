"""torch.optim's update rules, run for several steps from a given state, their conventions converted.

The rules are called as functions: torch's optimizer classes keep books around the same ones, at ten times the cost.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor
from torch.optim.adam import adam as torch_adam
from torch.optim.rmsprop import rmsprop as torch_rmsprop
from torch.optim.sgd import sgd as torch_sgd

from .bridge import Array, array, tensor

Tensors = Sequence[Tensor]  # one of each parameter
State = dict[str, list[Tensor]]  # as torch keeps it, by our names
Options = Mapping[str, float]


def sgd(w: Tensors, dw: Tensors, state: State, options: Options, momentum: float = 0.0, nesterov: bool = False) -> None:
    """torch.optim.SGD."""
    torch_sgd(
        list(w),
        list(dw),
        [*state.get("velocity", [None] * len(w))],
        weight_decay=0.0,
        momentum=momentum,
        lr=options["learning_rate"],
        dampening=0.0,
        nesterov=nesterov,
        maximize=False,
    )


def sgd_momentum(w: Tensors, dw: Tensors, state: State, options: Options) -> None:
    """torch.optim.SGD with momentum; its buffer is the velocity over minus the learning rate."""
    sgd(w, dw, state, options, options["momentum"])


def nesterov(w: Tensors, dw: Tensors, state: State, options: Options) -> None:
    """The same with Nesterov's look-ahead."""
    sgd(w, dw, state, options, options["momentum"], nesterov=True)


def rmsprop(w: Tensors, dw: Tensors, state: State, options: Options) -> None:
    """torch.optim.RMSprop; epsilon outside the root."""
    torch_rmsprop(
        list(w),
        list(dw),
        state["cache"],
        [],
        [],
        state["t"],
        lr=options["learning_rate"],
        alpha=options["decay_rate"],
        eps=options["epsilon"],
        weight_decay=0.0,
        momentum=0.0,
        centered=False,
    )


def adam(w: Tensors, dw: Tensors, state: State, options: Options) -> None:
    """torch.optim.Adam; epsilon added to the corrected root."""
    torch_adam(
        list(w),
        list(dw),
        state["m"],
        state["v"],
        [],
        state["t"],
        amsgrad=False,
        beta1=options["beta1"],
        beta2=options["beta2"],
        lr=options["learning_rate"],
        weight_decay=0.0,
        eps=options["epsilon"],
        maximize=False,
    )


Rule = Callable[[Tensors, Tensors, State, Options], None]  # moves w and the state by one step
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


def starting(rule: str, w: Tensors, options: Options) -> State:
    """What torch keeps of a rule beside the parameters before its first step: 0."""
    state = {name: [torch.zeros_like(each) for each in w] for name in STATE[rule]}
    return {**state, "t": [torch.tensor(float(options.get("t", 0))) for _ in w]}


def with_eps_inside(options: Options, step: int) -> Options:
    """Adam's options at the ``step``-th step with epsilon added to the root before its correction.

    torch has the other placement, to which a step's epsilon is converted.
    """
    return {**options, "epsilon": options["epsilon"] / (1 - options["beta2"] ** step) ** 0.5}


def trajectory(
    rule: str, inputs: Mapping[str, Array], options: Options, gradients: tuple[str, ...], eps_inside: bool
) -> dict[str, Array]:
    """W and the rule's state after each of several steps.

    Args:
        rule: its name.
        inputs: w, the gradients, and the state arrays to start from (0 where absent).
        options: every scalar of the config; ``t`` counts the steps already taken.
        gradients: the names of the gradients, in order.
        eps_inside: whether Adam's epsilon is added to the root before its correction.
    """
    w = tensor(inputs["w"])
    state = starting(rule, [w], options)
    state |= {name: [tensor(inputs[name])] for name in STATE[rule] if name in inputs}
    if "velocity" in state:
        state["velocity"] = [state["velocity"][0] / -options["learning_rate"]]
    answers: dict[str, Array] = {}
    for step, name in enumerate(gradients, start=1):
        now = with_eps_inside(options, int(options["t"]) + step) if eps_inside else options
        RULES[rule]([w], [tensor(inputs[name])], state, now)
        answers[f"w_{step}"] = array(w)
        answers |= dict(_told(state, rule, step, options))
    return answers


def _told(state: State, rule: str, step: int, options: Options) -> Iterator[tuple[str, Array]]:
    for name in (*STATE[rule], *(["t"] if rule == "adam" else [])):
        (value,) = state[name]
        yield f"{name}_{step}", array(value * -options["learning_rate"] if name == "velocity" else value)
