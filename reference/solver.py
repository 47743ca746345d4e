"""The training loop as torch has it, on batches that are given."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from .bridge import Array, array, tensor
from .networks import Classifier, FullyConnectedNet, parameters_among
from .optim import RULES, STATE


class Solver:
    """Trains a network with one of torch.optim's rules.

    Args:
        net: its parameters are updated in place.
        update_rule: a key of :data:`reference.optim.RULES`.
        options: every scalar of the rule's config, the learning rate among them.
        lr_decay: what :meth:`decay` multiplies every learning rate by.
    """

    def __init__(self, net: Classifier, update_rule: str, options: Mapping[str, float], lr_decay: float = 1.0) -> None:
        self.net, self.lr_decay = net, lr_decay
        self.optimizer = _together(
            [
                RULES[update_rule](w, {name: torch.zeros_like(w.detach()) for name in STATE[update_rule]}, options)
                for w in net.params.values()
            ]
        )

    def step(self, x: Array, y: Array, masks: Sequence[Array] = (), by_log_sum_exp: bool = False) -> float:
        """Train on one batch, with these masks of dropout. The loss before the update."""
        self.optimizer.zero_grad()
        loss = self.net.loss(tensor(x), tensor(y), [tensor(mask) for mask in masks], by_log_sum_exp)
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def decay(self) -> None:
        """Multiply the learning rate by its decay, at the end of an epoch.

        torch's momentum buffer is the velocity over minus the learning rate, so a scheduler of torch slows what moves
        already. The velocity of the published texts keeps its speed; here the buffer is rescaled so that it does.
        """
        for group in self.optimizer.param_groups:
            group["lr"] *= self.lr_decay
        for state in self.optimizer.state.values():
            if state.get("momentum_buffer") is not None:
                state["momentum_buffer"] /= self.lr_decay

    def accuracy(self, x: Array, y: Array) -> float:
        """The share of samples whose highest score is that of their label, in test mode."""
        return float((self.net.scores(tensor(x)).argmax(dim=1) == tensor(y)).double().mean())

    def parameters(self) -> dict[str, Array]:
        """Copies of the parameters."""
        return {name: array(w) for name, w in self.net.params.items()}


def _together(each: Sequence[torch.optim.Optimizer]) -> torch.optim.Optimizer:
    """One optimizer for what several of the same options have: the same steps at a fraction of the time."""
    first, *others = each
    for other in others:
        first.param_groups[0]["params"] += other.param_groups[0]["params"]
        first.state.update(other.state)
    return first


def trajectory(
    inputs: Mapping[str, Array],
    steps: int,
    rule: str,
    options: Mapping[str, float],
    lr_decay: float = 1.0,
    eps_inside: bool = False,
    kink: int = 0,
    **conventions: Any,
) -> dict[str, Array]:
    """The losses and the last parameters of a training of several steps, and the scores of ``x_test`` after it.

    Args:
        inputs: the parameters, the batches ``x_1``, ``y_1``, ... (the same one over and over if there is but ``x_1``),
            and ``x_test``.
        steps: how many.
        rule, options, lr_decay: as in :class:`Solver`; the decay is made after every step.
        eps_inside: whether Adam's epsilon is added to the root before its correction.
        kink, conventions: the other arguments of :class:`FullyConnectedNet`.
    """
    net = FullyConnectedNet(parameters_among(inputs), kink=kink, **conventions)
    solver = Solver(net, rule, options, lr_decay)
    losses = []
    for step in range(1, steps + 1):
        if eps_inside:
            solver.optimizer.param_groups[0]["eps"] = options["epsilon"] / (1 - options["beta2"] ** step) ** 0.5
        batch = step if f"x_{step}" in inputs else 1
        losses.append(solver.step(inputs[f"x_{batch}"], inputs[f"y_{batch}"], by_log_sum_exp=kink != 0))
        solver.decay()
    last = {f"last_{name}": value for name, value in solver.parameters().items()}
    scores = {"scores": array(net.scores(tensor(inputs["x_test"])))} if "x_test" in inputs else {}
    told = {f"loss_{i}": array(torch.tensor(loss, dtype=torch.float64)) for i, loss in enumerate(losses, 1)}
    return {**told, **last, **scores}


def constant_descent(
    w: Array, gradient: Array, learning_rate: float, lr_decay: float, epochs: int, steps: int, momentum: float = 0.0
) -> list[Array]:
    """W after each epoch of plain SGD on one and the same gradient; the learning rate decays after every epoch."""
    parameter = tensor(w, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=learning_rate, momentum=momentum)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, lr_decay)
    after = []
    for _ in range(epochs):
        for _ in range(steps):
            parameter.grad = tensor(gradient)
            optimizer.step()
        scheduler.step()
        after.append(array(parameter))
    return after
