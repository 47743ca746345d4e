"""torch.optim's rules with a step for each weight, run for several steps, their conventions converted."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.optim.adadelta import adadelta as torch_adadelta
from torch.optim.adagrad import adagrad as torch_adagrad
from torch.optim.adamw import adamw as torch_adamw
from torch.optim.nadam import nadam as torch_nadam
from torch.optim.sgd import sgd as torch_sgd

from .bridge import Array, array, tensor

State = dict[str, Tensor]
Options = Mapping[str, float]
MOMENTUM_DECAY = 4e-3  # torch's own


Asked = Mapping[str, str]  # the conventions that the answer depends on


def adamw(w: Tensor, dw: Tensor, state: State, options: Options, asked: Asked) -> None:
    """torch.optim.AdamW; epsilon under the root is a step of its own."""
    if asked["adamw_eps"] == "root":
        state["t"] += 1
        m, v = _moments(dw, state, options)
        w.mul_(1 - options["learning_rate"] * options["weight_decay"])
        w.sub_(options["learning_rate"] * m / (v + options["epsilon"]).sqrt())
        return
    torch_adamw(
        [w], [dw], [state["m"]], [state["v"]], [], [state["t"]],
        amsgrad=False, beta1=options["beta1"], beta2=options["beta2"], lr=options["learning_rate"],
        weight_decay=options["weight_decay"], eps=options["epsilon"], maximize=False,
    )  # fmt: skip


def nadam(w: Tensor, dw: Tensor, state: State, options: Options, asked: Asked) -> None:
    """torch.optim.NAdam, whose momentum has a schedule; with a constant one it is a step of its own."""
    if asked["nadam"] == "constant":
        state["t"] += 1
        m, v = _moments(dw, state, options)
        beta1 = options["beta1"]
        ahead = beta1 * m + (1 - beta1) * dw / (1 - beta1 ** int(state["t"]))
        w.sub_(options["learning_rate"] * ahead / (v.sqrt() + options["epsilon"]))
        return
    torch_nadam(
        [w], [dw], [state["m"]], [state["v"]], [state["product"]], [state["t"]],
        beta1=options["beta1"], beta2=options["beta2"], lr=options["learning_rate"], weight_decay=0.0,
        momentum_decay=MOMENTUM_DECAY, eps=options["epsilon"],
    )  # fmt: skip


def adagrad(w: Tensor, dw: Tensor, state: State, options: Options, _asked: Asked) -> None:
    """torch.optim.Adagrad."""
    torch_adagrad(
        [w], [dw], [state["m"]], [state["t"]],
        lr=options["learning_rate"], weight_decay=0.0, lr_decay=0.0, eps=options["epsilon"], maximize=False,
    )  # fmt: skip


def adadelta(w: Tensor, dw: Tensor, state: State, options: Options, _asked: Asked) -> None:
    """torch.optim.Adadelta."""
    torch_adadelta(
        [w], [dw], [state["m"]], [state["v"]], [state["t"]],
        lr=1.0, rho=options["decay_rate"], eps=options["epsilon"], weight_decay=0.0, maximize=False,
    )  # fmt: skip


def sgd_weight_decay(w: Tensor, dw: Tensor, _state: State, options: Options, _asked: Asked) -> None:
    """torch.optim.SGD with weight decay."""
    torch_sgd(
        [w], [dw], [None],
        weight_decay=options["weight_decay"], momentum=0.0, lr=options["learning_rate"], dampening=0.0, nesterov=False,
        maximize=False,
    )  # fmt: skip


def sgd_dampened(w: Tensor, dw: Tensor, state: State, options: Options, _asked: Asked) -> None:
    """torch.optim.SGD with as much dampening as momentum, from a buffer of 0."""
    torch_sgd(
        [w], [dw], [state["m"]],
        weight_decay=0.0, momentum=options["momentum"], lr=options["learning_rate"], dampening=options["momentum"],
        nesterov=False, maximize=False,
    )  # fmt: skip


RULES: Mapping[str, Callable[[Tensor, Tensor, State, Options, Asked], None]] = {
    rule.__name__: rule for rule in (adamw, nadam, adagrad, adadelta, sgd_weight_decay, sgd_dampened)
}


def trajectory(rule: str, inputs: Mapping[str, Array], options: Options, asked: Asked) -> dict[str, Array]:
    """The weights after each step; the gradients of the steps are dw_1, dw_2 and so on."""
    w = tensor(inputs["w"])
    of_steps = {"t": torch.zeros((), dtype=torch.float64), "product": torch.ones((), dtype=torch.float64)}
    state = {"m": torch.zeros_like(w), "v": torch.zeros_like(w), **of_steps}
    answers = {}
    for step in range(1, len(inputs)):
        RULES[rule](w, tensor(inputs[f"dw_{step}"]), state, options, asked)
        answers[f"w_{step}"] = array(w)
    return answers


def _moments(dw: Tensor, state: State, options: Options) -> tuple[Tensor, Tensor]:
    """Both, moved by the gradient and corrected."""
    step = int(state["t"])
    state["m"].lerp_(dw, 1 - options["beta1"])
    state["v"].mul_(options["beta2"]).add_(dw.square(), alpha=1 - options["beta2"])
    return state["m"] / (1 - options["beta1"] ** step), state["v"] / (1 - options["beta2"] ** step)
