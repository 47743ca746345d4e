"""The PyTorch twin of a run: the same start, the same batches, the same dropout masks.

How long two correct trainings stay together is measured, not assumed. One more twin computes in float64; others start
from parameters moved by one unit in the last place and get every batch moved likewise, half of them compute the loss by
another stable formula, and each takes one side where a rectifier's input is 0 but for rounding. How far their losses
are from the twin's is what rounding grows to on this very run. The largest such distance so far, plus one rounding of
the largest loss so far, is the yardstick's unit; the run agrees as long as its loss is within the yardstick's multiple
of that.
"""

import copy
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import numpy as np

from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array, generator
from gradproof.conformance.training.config import RunConfig
from gradproof.conformance.training.models import PENALTY, WatchedNet
from gradproof.conformance.training.sequences import Sequences
from gradproof.impl import CharRNN, TransformerLM
from gradproof.impl.datasets import Dataset
from gradproof.impl.networks import ConvNet
from gradproof.impl.solver import RULES
from gradproof.impl.solver import Solver as NumpySolver
from gradproof.reference.char_rnn import CharRNN as TorchCharRNN
from gradproof.reference.char_rnn import LanguageModel
from gradproof.reference.networks import Classifier, FullyConnectedNet
from gradproof.reference.networks import ConvNet as TorchConvNet
from gradproof.reference.solver import Solver
from gradproof.reference.transformer_lm import TransformerLM as TorchTransformerLM


class Twin:
    """The torch training beside a run, and the others that measure how far rounding goes.

    Args:
        config: of the run.
        solver: of the run, before its first step.
    """

    def __init__(self, config: RunConfig, solver: NumpySolver) -> None:
        start = {name: w.copy() for name, w in solver.model.params.items()}
        self._dtype = np.dtype(config.dtype)
        self._twin = _torch_solver(config, solver, start)
        self._ulps = generator("twin", config.seed)
        self._wide = _torch_solver(config, solver, {name: w.astype(np.float64) for name, w in start.items()})
        self._moved = [
            _torch_solver(config, solver, {name: self._move(w) for name, w in start.items()}, kink=(-1, 1)[i % 2])
            for i in range(yardstick.REFERENCE_RUNS)
        ]
        self._ours: list[float] = solver.loss_history
        self.losses: list[float] = []
        self.distances: list[float] = []  # to the other loss that is furthest away
        self.val_accuracies = [self._val_accuracy(solver)]
        self.differences: list[tuple[float, str]] = [(0.0, "")]  # the largest one, and the parameter that has it
        self._best = copy.deepcopy(self._twin.net)

    def follow(self, solver: NumpySolver) -> None:
        """Take the step that the run has just taken."""
        x, y = _numbers(solver.X_train[solver.batch], self._dtype), solver.y_train[solver.batch]
        masks = solver.model.masks if isinstance(solver.model, WatchedNet) else ()
        self.losses.append(self._twin.step(x, y, masks))
        self.distances.append(max(abs(loss - self.losses[-1]) for loss in self._other_losses(x, y, masks)))
        if solver.diverged:
            return
        if solver.step % solver.steps_per_epoch == 0:
            for one in (self._twin, self._wide, *self._moved):
                one.decay()
        if len(solver.val_acc_history) > len(self.val_accuracies):
            self._measure(solver)

    def agrees_until(self) -> int | None:
        """How many steps the losses agree for; None if to the end."""
        for step, (ours, theirs, unit) in enumerate(zip(self._ours, self.losses, self._units(), strict=True)):
            if not abs(ours - theirs) <= yardstick.NORMWISE * unit:
                return step
        return None

    def rounding_shows_at(self) -> int | None:
        """How many steps the twins' own losses are the same but for the rounding of one step; None if to the end."""
        eps = float(np.finfo(self._dtype).eps)
        for step, (distance, loss) in enumerate(zip(self.distances, self._largest_losses(), strict=True)):
            if not distance <= yardstick.NORMWISE * eps * loss:
                return step
        return None

    def test_accuracy(self, data: Dataset | Sequences) -> float:
        """Of the twin's own best parameters."""
        net, self._twin.net = self._twin.net, self._best
        accuracy = self._twin.accuracy(_numbers(data.X_test, self._dtype), data.y_test)
        self._twin.net = net
        return accuracy

    def history(self) -> dict[str, Any]:
        """What is plotted and tabulated of the twin."""
        return {
            "loss": self.losses,
            "distance_by_rounding": self.distances,
            "val_accuracy": self.val_accuracies,
            "largest_parameter_difference": self.differences,
        }

    def _other_losses(self, x: Array, y: Array, masks: tuple[Array, ...]) -> Iterator[float]:
        yield self._wide.step(_numbers(x, np.dtype(np.float64)), y, [mask.astype(np.float64) for mask in masks])
        for i, other in enumerate(self._moved):
            yield other.step(self._move(x), y, masks, by_log_sum_exp=i % 4 >= 2)

    def _move(self, array: Array) -> Array:
        if array.dtype.kind in "iu":
            return array
        to = array + self._ulps.choice(np.array([-1, 1], array.dtype), array.shape)
        return np.where(array == 0, array, np.nextafter(array, to))

    def _measure(self, solver: NumpySolver) -> None:
        accuracy = self._val_accuracy(solver)
        if accuracy > max(self.val_accuracies):
            self._best = copy.deepcopy(self._twin.net)
        self.val_accuracies.append(accuracy)
        theirs = self._twin.parameters()
        ours = solver.model.params.items()
        self.differences.append(max((float(np.abs(w - theirs[name]).max(initial=0)), name) for name, w in ours))

    def _val_accuracy(self, solver: NumpySolver) -> float:
        return self._twin.accuracy(_numbers(solver.X_val, self._dtype), solver.y_val)

    def _units(self) -> Iterator[float]:
        eps = float(np.finfo(self._dtype).eps)
        apart = accumulate(self.distances, max)
        return (distance + eps * loss for distance, loss in zip(apart, self._largest_losses(), strict=True))

    def _largest_losses(self) -> Iterator[float]:
        return accumulate(map(abs, self.losses), max)


def _torch_solver(config: RunConfig, solver: NumpySolver, start: dict[str, Array], kink: int = 0) -> Solver:
    return Solver(
        _torch_net(config, solver, start, kink), config.update_rule, _options(config), solver.settings.lr_decay
    )


def _numbers(array: Array, dtype: np.dtype[Any]) -> Array:
    """In the dtype of a training; words stay what they are."""
    return array if array.dtype.kind in "iu" else array.astype(dtype, copy=False)


def _torch_net(
    config: RunConfig, solver: NumpySolver, start: dict[str, Array], kink: int
) -> Classifier | LanguageModel:
    if isinstance(solver.model, CharRNN):
        return TorchCharRNN(start, solver.model.cell_type)
    if isinstance(solver.model, TransformerLM):
        return TorchTransformerLM(start, solver.model.heads, solver.model.layers)
    common: dict[str, Any] = {"reg": config.reg, "l2": PENALTY.get(config.net, "half"), "kink": kink}
    if isinstance(solver.model, ConvNet):
        return TorchConvNet(start, solver.model.input_dim, config.stride, config.pool, **common)
    normalization = None if config.normalization == "none" else config.normalization
    return FullyConnectedNet(start, normalization=normalization, keep=config.dropout, **common)


def _options(config: RunConfig) -> dict[str, float]:
    zero = np.zeros(1)
    _, filled = RULES[config.update_rule](zero, zero, {"learning_rate": config.learning_rate})
    scalars = {name: value for name, value in filled.items() if not np.ndim(value)}
    return {**scalars, "t": 0}  # that call was no step
