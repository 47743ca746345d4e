"""The training loop as torch has it, on batches that are given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from .bridge import Array, array, tensor
from .captioning import CaptioningRNN
from .char_rnn import CharRNN, LanguageModel
from .networks import Classifier, FullyConnectedNet, parameters_among
from .optim import RULES, State, sgd, starting, with_eps_inside
from .transformer_lm import TransformerLM

READERS: Mapping[str, Callable[..., Any]] = {
    "CaptioningRNN": CaptioningRNN,
    "CharRNN": CharRNN,
    "TransformerLM": TransformerLM,
}


class Solver:
    """Trains a network with one of torch.optim's rules.

    Args:
        net: its parameters are updated in place.
        update_rule: a key of :data:`reference.optim.RULES`.
        options: every scalar of the rule's config, the learning rate among them.
        lr_decay: what :meth:`decay` multiplies the learning rate by.
    """

    def __init__(
        self,
        net: Classifier | LanguageModel,
        update_rule: str,
        options: Mapping[str, float],
        lr_decay: float = 1.0,
    ) -> None:
        self.net, self.lr_decay = net, lr_decay
        self.options = dict(options)
        self._rule = RULES[update_rule]
        self._state = starting(update_rule, self._parameters(), options)

    def step(self, x: Array, y: Array, masks: Sequence[Array] = (), by_log_sum_exp: bool = False) -> float:
        """Train on one batch, with these masks of dropout. The loss before the update."""
        loss = self.net.loss(tensor(x), tensor(y), [tensor(mask) for mask in masks], by_log_sum_exp)
        gradients = torch.autograd.grad(loss, self._parameters())
        with torch.no_grad():
            self._rule(self._parameters(), gradients, self._state, self.options)
        return float(loss.detach())

    def decay(self) -> None:
        """Multiply the learning rate by its decay, at the end of an epoch.

        torch's momentum buffer is the velocity over minus the learning rate, so a scheduler of torch slows what moves
        already. The velocity of the published texts keeps its speed; here the buffer is rescaled so that it does.
        """
        self.options["learning_rate"] *= self.lr_decay
        if "velocity" in self._state:
            self._state["velocity"] = [buffer / self.lr_decay for buffer in self._state["velocity"]]

    def accuracy(self, x: Array, y: Array) -> float:
        """The share of labels, -1 aside, that have the highest score, in test mode."""
        labels = tensor(y)
        return float((self.net.scores(tensor(x)).argmax(dim=-1) == labels)[labels >= 0].double().mean())

    def _parameters(self) -> list[Tensor]:
        return list(self.net.params.values())

    def parameters(self) -> dict[str, Array]:
        """Copies of the parameters."""
        return {name: array(w) for name, w in self.net.params.items()}


def trajectories(
    inputs: Mapping[str, Array], steps: int, rule: str, options: Mapping[str, float], **others: Any
) -> Iterator[dict[str, Array]]:
    """The losses and the last parameters of a training of several steps, and the scores of ``x_test`` after it.

    First as torch trains; then as other stable formulas round it: the loss by log-sum-exp, and a rectifier's input near
    0 taken as negative, or as positive. Where none is near, these two are the same.

    Args:
        inputs: the parameters, the batches ``x_1``, ``y_1``, ... (the same one over and over if there is but ``x_1``),
            and ``x_test``.
        steps: how many.
        rule, options: as in :class:`Solver`.
        others: of :func:`_trajectory` and :class:`FullyConnectedNet`.
    """
    yield _trajectory(inputs, steps, rule, options, **others)[0]
    told, is_near_a_kink = _trajectory(inputs, steps, rule, options, kink=1, **others)
    yield told
    if is_near_a_kink:
        yield _trajectory(inputs, steps, rule, options, kink=-1, **others)[0]


def _trajectory(
    inputs: Mapping[str, Array],
    steps: int,
    rule: str,
    options: Mapping[str, float],
    lr_decay: float = 1.0,
    eps_inside: bool = False,
    kink: int = 0,
    **conventions: Any,
) -> tuple[dict[str, Array], bool]:
    """One of them, the loss by log-sum-exp unless ``kink`` is 0; and whether a rectifier's input was near 0.

    The learning rate decays after every step. Adam's epsilon may be added to the root before its correction.
    """
    net = FullyConnectedNet(parameters_among(inputs), kink=kink, **conventions)
    solver = Solver(net, rule, options, lr_decay)
    losses = []
    for step in range(1, steps + 1):
        if eps_inside:
            solver.options |= {"epsilon": with_eps_inside(options, step)["epsilon"]}
        batch = step if f"x_{step}" in inputs else 1
        losses.append(solver.step(inputs[f"x_{batch}"], inputs[f"y_{batch}"], by_log_sum_exp=kink != 0))
        solver.decay()
    last = {f"last_{name}": value for name, value in solver.parameters().items()}
    scores = {"scores": array(net.scores(tensor(inputs["x_test"])))} if "x_test" in inputs else {}
    told = {f"loss_{i}": array(torch.tensor(loss, dtype=torch.float64)) for i, loss in enumerate(losses, 1)}
    return {**told, **last, **scores}, net.is_near_a_kink


def sequence_trajectory(
    name: str,
    params: Mapping[str, Array],
    batches: Sequence[tuple[Array, Array]],
    steps: int,
    rule: str,
    options: Mapping[str, float],
    last: Sequence[str],
    settings: Mapping[str, Any],
) -> dict[str, Array]:
    """The losses of a network that reads sequences, and some of its parameters after the last step.

    Args:
        name: a key of :data:`READERS`; ``settings`` are what it is made with beside its parameters.
        batches: each in its turn, again and again.
        last: the parameters that are told.
    """
    solver = Solver(READERS[name](params, **settings), rule, options)
    losses = []
    for step in range(steps):
        losses.append(solver.step(*batches[step % len(batches)]))
    parameters = solver.parameters()
    told = {"losses": array(torch.tensor(losses, dtype=torch.float64))}
    return {**told, **{f"last_{each}": parameters[each] for each in last}}


def constant_descent(
    w: Array, gradient: Array, learning_rate: float, lr_decay: float, epochs: int, steps: int, momentum: float = 0.0
) -> list[Array]:
    """W after each epoch of SGD on one and the same gradient; the learning rate decays after every epoch."""
    parameter, dw = tensor(w), tensor(gradient)
    state: State = {"velocity": [torch.zeros_like(parameter)]}
    after = []
    for _ in range(epochs):
        for _ in range(steps):
            sgd([parameter], [dw], state, {"learning_rate": learning_rate}, momentum)
        learning_rate *= lr_decay
        after.append(array(parameter))
    return after
