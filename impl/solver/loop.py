"""The solver itself."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np

from .. import optim
from ..solver import checkpoint
from ..solver.model import Model, put, require_same, state_of
from ..solver.settings import RULES, Settings, require_least
from ..validation import Array, require_shape

SPLITS = ("X_train", "y_train", "X_val", "y_val")
HISTORIES = ("loss_history", "train_acc_history", "val_acc_history")
COUNTERS = ("step", "epoch", "diverged", "best_val_acc")


class Solver:
    """Trains a model: at each step ``w, config[w] = rule(w, dw, config[w])`` for every parameter w, in place.

    An epoch is ``max(N // batch_size, 1)`` steps. Accuracies are taken before the first step, after every epoch and
    after the last step (cs231n takes the first one after the first step). At the end of an epoch every learning rate
    is multiplied by ``lr_decay``. Once the last step is taken the model gets the parameters and the state that were
    best on the validation set. A loss that is not finite is recorded, sets ``diverged`` and ends the training.

    Args:
        model: see :class:`Model`; its parameters are updated in the arrays where they are.
        data: a mapping with ``X_train, y_train, X_val, y_val``, or an object with these attributes.
        optim_config: the rule's options, such as ``{"learning_rate": 1e-3}``, for each parameter.
        print_every, verbose, report: if verbose, ``report`` (default: write to standard output) gets a line for each
            ``print_every`` steps and for each epoch.
        checkpoint_name: a file that :meth:`save` writes at the end of every epoch.
        on_step: called with the solver after every step. What it raises leaves the solver between two steps, fit to
            be saved or to go on.
        settings: by keyword, see :class:`~impl.solver.settings.Settings`.

    Attributes:
        loss_history: the loss of each step, before its update.
        train_acc_history, val_acc_history, best_val_acc, best_params: as in cs231n.
        step, epoch: how many were finished. diverged: see above. batch: the indices of the last batch.

    Raises:
        ValueError: for a setting out of range, or data whose lengths do not match.

    Source: cs231n assignment 2, Solver.
    """

    def __init__(
        self,
        model: Model,
        data: Any,
        *,
        optim_config: optim.Config | None = None,
        print_every: int = 10,
        verbose: bool = False,
        report: Callable[[str], None] | None = None,
        checkpoint_name: str | Path | None = None,
        on_step: "Callable[[Solver], None] | None" = None,
        **settings: Any,
    ) -> None:
        self.settings = Settings(**settings)
        require_least("print_every", print_every, 1)
        self.model = model
        self.X_train, self.y_train, self.X_val, self.y_val = _splits(data)
        given = {name: _plain(value) for name, value in (optim_config or {}).items()}
        self.optim_configs = {name: dict(given) for name in model.params}
        self.print_every, self.on_step, self.checkpoint_name = print_every, on_step, checkpoint_name
        self.report = (report or _to_stdout) if verbose else _to_nowhere
        # Two generators, so that the batches do not depend on how accuracies are sampled. Neither is stream 0, which
        # is default_rng(seed), the one that a network with the same seed has.
        self._batches, self._samples = (np.random.default_rng([self.settings.seed, stream]) for stream in (1, 2))
        self._order = np.arange(0)
        self.batch = np.arange(0)
        self.step = self.epoch = 0
        self.diverged = False
        self.loss_history: list[float] = []
        self.train_acc_history: list[float] = []
        self.val_acc_history: list[float] = []
        self.best_val_acc = 0.0
        self.best_params: dict[str, Array] = {}
        self.best_state: dict[str, Array] = {}

    @property
    def steps_per_epoch(self) -> int:
        """``max(N // batch_size, 1)``."""
        return max(len(self.X_train) // self.settings.batch_size, 1)

    @property
    def total_steps(self) -> int:
        """How many steps the whole training has."""
        settings = self.settings
        return settings.num_epochs * self.steps_per_epoch if settings.total_steps is None else settings.total_steps

    @property
    def is_finished(self) -> bool:
        """Whether there is no step left to take."""
        return self.diverged or self.step >= self.total_steps

    def train(self, num_steps: int | None = None) -> None:
        """Take the steps that are left, or ``num_steps`` of them; the last one puts the best parameters into the model.

        Raises:
            ValueError: if num_steps is negative, or the gradients are not those of the parameters.
        """
        require_least("num_steps", num_steps, 0)
        stop = self.total_steps if num_steps is None else min(self.step + num_steps, self.total_steps)
        if not self.val_acc_history:
            self._evaluate()
        while self.step < stop and not self.diverged:
            self._step()
            if self.on_step is not None:
                self.on_step(self)
        if self.is_finished:
            put(self.model, self.best_params, self.best_state)

    def check_accuracy(
        self,
        X: Array,  # noqa: N803 - as in cs231n
        y: Array,
        num_samples: int | None = None,
        batch_size: int = 100,
    ) -> float:
        """The share of labels that have the highest score; of a sequence every step has one, -1 where none is asked.

        Args:
            X, y: samples and labels, (N,), or (N, T) of sequences.
            num_samples: how many to draw from them, without replacement; None for all.
            batch_size: how many scores are computed at a time.
        """
        if num_samples is not None and num_samples < len(X):
            chosen = np.sort(self._samples.choice(len(X), num_samples, replace=False))
            X, y = X[chosen], y[chosen]  # noqa: N806
        right = 0
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            with np.errstate(over="ignore", invalid="ignore"):  # a diverging model scores badly, that says it all
                scores = self.model.loss(X[rows])
            right += int((scores.argmax(axis=-1) == y[rows]).sum())
        return right / int((y >= 0).sum())

    def save(self, path: str | Path) -> None:
        """Write everything that the steps to come depend on, and all that was recorded. See :meth:`load`."""
        arrays = {
            **checkpoint.nested("params", self.model.params),
            **checkpoint.nested("state", state_of(self.model)),
            **checkpoint.nested("best_params", self.best_params),
            **checkpoint.nested("best_state", self.best_state),
            **{name: np.array(getattr(self, name), np.float64) for name in HISTORIES},
            "order": self._order,
        }
        scalars: dict[str, dict[str, Any]] = {}
        for parameter, config in self.optim_configs.items():
            arrays |= checkpoint.nested(f"config/{parameter}", {k: v for k, v in config.items() if np.ndim(v)})
            scalars[parameter] = {k: v for k, v in config.items() if not np.ndim(v)}
        header = {
            "settings": asdict(self.settings),
            "trained_on": list(self.X_train.shape),
            "scalars": scalars,
            "generators": [self._batches.bit_generator.state, self._samples.bit_generator.state],
            "counters": {name: getattr(self, name) for name in COUNTERS},
        }
        checkpoint.write(path, arrays, header)

    @classmethod
    def load(cls, path: str | Path, model: Model, data: Any, **hooks: Any) -> Self:
        """The solver that was saved, on a model of the same architecture. It goes on bit by bit as it would have.

        Args:
            path: what :meth:`save` wrote.
            model: gets the parameters and the state of that moment.
            data: the same data.
            hooks: ``print_every, verbose, report, checkpoint_name, on_step``.

        Raises:
            ValueError: if the file is no whole checkpoint, or of another model or other data.
        """
        arrays, header = checkpoint.read(path)
        params = checkpoint.group("params", arrays)
        require_same(path, params, model.params)
        solver = cls(model, data, **header["settings"], **hooks)
        if list(solver.X_train.shape) != header["trained_on"]:
            shapes = f"{tuple(header['trained_on'])}, X_train is {solver.X_train.shape}"
            raise ValueError(f"{path} is a checkpoint of a training on samples of shape {shapes}")
        put(model, params, checkpoint.group("state", arrays))
        solver.best_params = checkpoint.group("best_params", arrays)
        solver.best_state = checkpoint.group("best_state", arrays)
        for name in params:
            solver.optim_configs[name] = {**header["scalars"][name], **checkpoint.group(f"config/{name}", arrays)}
        for name in HISTORIES:
            setattr(solver, name, arrays[name].tolist())
        for name, value in header["counters"].items():
            setattr(solver, name, value)
        solver._order = arrays["order"]
        solver._batches.bit_generator.state, solver._samples.bit_generator.state = header["generators"]
        return solver

    def _step(self) -> None:
        self.batch = self._next_batch()
        params = self.model.params
        # An overflow is no surprise to warn of: it ends the training as diverged.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss, grads = self.model.loss(self.X_train[self.batch], self.y_train[self.batch])
            self.loss_history.append(float(loss))
            self.step += 1
            if not np.isfinite(loss):
                self.diverged = True
                self.report(f"(Iteration {self.step} / {self.total_steps}) loss: {loss}, the training has diverged")
                return
            if grads.keys() != params.keys():
                raise ValueError(f"Solver: the model has parameters {sorted(params)} and gradients {sorted(grads)}")
            for name, w in params.items():
                next_w, self.optim_configs[name] = RULES[self.settings.update_rule](
                    w, grads[name], self.optim_configs[name]
                )
                np.copyto(w, next_w, casting="same_kind")
        if (self.step - 1) % self.print_every == 0:
            self.report(f"(Iteration {self.step} / {self.total_steps}) loss: {loss:f}")
        self._finish_epoch()

    def _finish_epoch(self) -> None:
        is_epoch_end = self.step % self.steps_per_epoch == 0
        if is_epoch_end:
            self.epoch += 1
            for config in self.optim_configs.values():
                config["learning_rate"] *= self.settings.lr_decay
        if is_epoch_end or self.step == self.total_steps:
            self._evaluate()
        if is_epoch_end and self.checkpoint_name is not None:
            self.save(self.checkpoint_name)

    def _evaluate(self) -> None:
        train = self.check_accuracy(self.X_train, self.y_train, self.settings.num_train_samples)
        val = self.check_accuracy(self.X_val, self.y_val, self.settings.num_val_samples)
        self.train_acc_history.append(train)
        self.val_acc_history.append(val)
        if not self.best_params or val > self.best_val_acc:
            self.best_val_acc = val
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
            self.best_state = state_of(self.model)
        self.report(f"(Epoch {self.epoch}) train acc: {train:f}; val acc: {val:f}")

    def _next_batch(self) -> Array:
        count, size = len(self.X_train), self.settings.batch_size
        if self.settings.sampling == "replacement":
            return self._batches.integers(count, size=size)
        start = self.step % self.steps_per_epoch * size
        if start == 0:
            self._order = self._batches.permutation(count)
        return self._order[start : start + size]


def _splits(data: Any) -> tuple[Array, Array, Array, Array]:
    lacking = [name for name in SPLITS if name not in data] if isinstance(data, Mapping) else []
    if lacking:
        raise ValueError(f"Solver: the data lacks {', '.join(lacking)}")
    x_train, y_train, x_val, y_val = (data[n] if isinstance(data, Mapping) else getattr(data, n) for n in SPLITS)
    for name, x, y in (("train", x_train, y_train), ("val", x_val, y_val)):
        if not len(x):
            raise ValueError(f"Solver: X_{name} has no samples")
        require_shape("Solver", f"y_{name}", y, (len(x), *y.shape[1:]))
    return x_train, y_train, x_val, y_val


def _plain(value: Any) -> Any:
    # A NumPy scalar would turn float32 arrays into float64, or not, and would not survive JSON.
    return value.item() if isinstance(value, np.generic) else value


def _to_stdout(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _to_nowhere(_line: str) -> None:
    pass
