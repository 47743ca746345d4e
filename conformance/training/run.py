"""One training run, from its folder's recipe to its results."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.words.said import say
from gradproof.conformance.training.config import RunConfig
from gradproof.conformance.training.folder import RunFolder, read_json, write_arrays, write_json
from gradproof.conformance.training.models import build, data_of
from gradproof.conformance.training.sequences import Sequences, said
from gradproof.impl.datasets import Dataset
from gradproof.impl.solver import Solver

if TYPE_CHECKING:
    from gradproof.conformance.training.twin import Twin

Watch = Callable[[Solver], None]


@dataclass(frozen=True)
class Result:
    """The figures of a finished run."""

    steps: int
    epochs: int
    diverged: bool
    final_loss: float | None
    best_val_accuracy: float
    best_at_step: int
    test_accuracy: float
    agrees_until: int | None = None  # with the twin, if there is one; None: to the end
    rounding_shows_at: int | None = None  # in the losses of the twin itself; None: nowhere
    twin_val_accuracy: float | None = None
    twin_test_accuracy: float | None = None
    said: str | None = None  # by a network that reads sequences


class Interrupted(KeyboardInterrupt):
    """The run was stopped between two steps and its checkpoint written."""


def execute(
    folder: RunFolder,
    config: RunConfig,
    watch: Watch,
    should_stop: Callable[[], bool],
    against: str | None = None,
) -> Result:
    """Train, or go on where the folder's checkpoint stands, and write the results.

    Args:
        folder: has its recipe already.
        config: of this run.
        watch: called after every step.
        should_stop: asked after every step; when it says so a checkpoint is written and Interrupted raised.
        against: "torch" for a twin, which is trained beside.

    Raises:
        Interrupted: see above.
        UsageError: if the data cannot be read, does not fit the network, or the checkpoint is of another run.
    """
    data = data_of(config)
    # A twin has no checkpoint: such a run starts anew, and comes to the same results.
    solver = _solver(folder, config, data, resumes=against is None and folder.checkpoint.is_file())
    twin = _twin(config, solver) if against else None

    def after_step(solver: Solver) -> None:
        if twin is not None:
            twin.follow(solver)
        watch(solver)
        if solver.is_finished or should_stop():
            solver.save(folder.checkpoint)
            if not solver.is_finished:
                raise Interrupted

    solver.on_step = after_step
    try:
        solver.train()
    except ValueError as error:
        raise UsageError(say("training: {reason}", reason=error)) from None
    result = _result(solver, data, config.seed, twin)
    write_arrays(folder.best, {**solver.best_params, **_numbers(solver.best_state)})
    write_json(folder.history, history(solver, twin))
    write_json(folder.result, asdict(result))
    return result


def finished(folder: RunFolder) -> Result:
    """The result that a finished run left."""
    try:
        return Result(**read_json(folder.result, f"--resume {folder.path}"))
    except TypeError:
        raise UsageError(
            say("--resume {path}: {result} is not what a training run writes", path=folder.path, result=folder.result)
        ) from None


def history(solver: Solver, twin: "Twin | None") -> dict[str, Any]:
    """Everything that is plotted: the losses of every step, the accuracies and the steps they were taken at."""
    recorded: dict[str, Any] = {
        "loss": solver.loss_history,
        "accuracy_steps": _accuracy_steps(solver),
        "train_accuracy": solver.train_acc_history,
        "val_accuracy": solver.val_acc_history,
    }
    return {**recorded, "torch": twin.history()} if twin else recorded


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks the run to stop after its step; a second one stops it at once."""
    asked = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _solver(folder: RunFolder, config: RunConfig, data: Dataset | Sequences, resumes: bool) -> Solver:
    hooks: dict[str, Any] = {"checkpoint_name": folder.checkpoint}
    try:
        model = build(config, data)
        if resumes:
            return Solver.load(folder.checkpoint, model, data, **hooks)
        return Solver(
            model,
            data,
            update_rule=config.update_rule,
            optim_config={"learning_rate": config.learning_rate},
            lr_decay=config.lr_decay,
            batch_size=config.batch_size,
            num_epochs=config.epochs,
            total_steps=config.steps,
            sampling=config.sampling,
            seed=config.seed,
            **hooks,
        )
    except (ValueError, OSError) as error:
        raise UsageError(say("training: {reason}", reason=error)) from None


def _twin(config: RunConfig, solver: Solver) -> "Twin":
    from gradproof.conformance.training.twin import Twin

    return Twin(config, solver)


def _result(solver: Solver, data: Dataset | Sequences, seed: int, twin: "Twin | None") -> Result:
    best = solver.val_acc_history.index(solver.best_val_acc)
    result: dict[str, Any] = {
        "steps": solver.step,
        "epochs": solver.epoch,
        "diverged": solver.diverged,
        "final_loss": solver.loss_history[-1] if solver.loss_history else None,
        "best_val_accuracy": solver.best_val_acc,
        "best_at_step": _accuracy_steps(solver)[best],
        "test_accuracy": solver.check_accuracy(data.X_test, data.y_test),
    }
    if isinstance(data, Sequences):
        result["said"] = said(solver.model, data, seed)
    if twin is not None:
        result |= {
            "agrees_until": twin.agrees_until(),
            "rounding_shows_at": twin.rounding_shows_at(),
            "twin_val_accuracy": max(twin.val_accuracies),
            "twin_test_accuracy": twin.test_accuracy(data),
        }
    return Result(**result)


def _accuracy_steps(solver: Solver) -> list[int]:
    each = [solver.steps_per_epoch * epoch for epoch in range(solver.epoch + 1)]
    return each if len(each) == len(solver.val_acc_history) else [*each, solver.step]


def _numbers(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if value.dtype.kind == "f"}
