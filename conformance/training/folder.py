"""The folder of a run: what it is, what came out, and where it stands."""

import json
import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.words.said import say
from gradproof.conformance.training.config import Recipe, RunConfig, validated

FINISHED = "--out {path} holds a finished run: --resume {path} goes on with it, --force starts it anew"
INTERRUPTED = "--out {path} holds an interrupted run: --resume {path} goes on with it, --force starts it anew"
MESSAGES = (FINISHED, INTERRUPTED)


@dataclass(frozen=True)
class RunFolder:
    """The files of a run. ``result.json`` is written last: where it is, the run is finished."""

    path: Path

    @property
    def config(self) -> Path:
        """The recipe of the run."""
        return self.path / "config.json"

    @property
    def checkpoint(self) -> Path:
        """Where the training stands, to go on from."""
        return self.path / "checkpoint.npz"

    @property
    def history(self) -> Path:
        """The loss of every step, the accuracies of every epoch."""
        return self.path / "history.json"

    @property
    def best(self) -> Path:
        """The parameters and the state that were best on the validation set."""
        return self.path / "best.safetensors"

    @property
    def plot(self) -> Path:
        """The same histories as a picture."""
        return self.path / "plot.png"

    @property
    def result(self) -> Path:
        """The figures."""
        return self.path / "result.json"

    @property
    def members(self) -> Path:
        """The runs of a sweep, a folder each."""
        return self.path / "sweep"

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end."""
        return self.result.is_file()

    @property
    def files(self) -> tuple[Path, ...]:
        """All that a run writes, in the order in which it is."""
        return (self.config, self.checkpoint, self.history, self.best, self.plot, self.result)

    def member(self, index: int) -> "RunFolder":
        """The folder of one run of a sweep."""
        return RunFolder(self.members / f"{index:03d}")

    def require_free(self, force: bool) -> None:
        """Raises UsageError if the folder holds a run already (and not ``force``), or something else."""
        try:
            if not self.path.exists() or (self.path.is_dir() and not any(self.path.iterdir())):
                return
        except OSError as error:
            raise UsageError(
                say("--out {path} cannot be read: {reason}", path=self.path, reason=error.strerror)
            ) from None
        if not self.config.is_file():
            raise UsageError(
                say("--out {path} is there and holds no training run, name another folder", path=self.path)
            )
        if not force:
            raise UsageError(say(FINISHED if self.is_finished else INTERRUPTED, path=self.path))

    def start(self, recipe: Recipe, force: bool) -> None:
        """Make the folder and write the recipe; with ``force``, in place of the run that it holds.

        Raises:
            UsageError: as :meth:`require_free`, or if the folder cannot be written.
        """
        self.require_free(force)
        try:
            self._clear()
            self.path.mkdir(parents=True, exist_ok=True)
            write_json(self.config, recipe.model_dump())
        except OSError as error:
            raise UsageError(
                say("--out {path} cannot be written: {reason}", path=self.path, reason=error.strerror)
            ) from None

    def _clear(self) -> None:
        for file in reversed(self.files):
            file.unlink(missing_ok=True)
        if self.members.is_dir():
            shutil.rmtree(self.members)

    def recipe(self) -> Recipe:
        """The recipe that the run was started with. Raises UsageError if the folder holds no run."""
        return validated(read_json(self.config, f"--resume {self.path}"), str(self.config))


def default_path(config: RunConfig) -> Path:
    """``runs/<data>-<net>-<seed>``."""
    return Path("runs") / f"{config.data.partition(':')[0]}-{config.net}-{config.seed}"


def write_json(path: Path, content: Any) -> None:
    """Write JSON whole or not at all. A number that is not finite becomes null."""
    replace(path, (json.dumps(_finite(content), indent=1, allow_nan=False) + "\n").encode())


def read_json(path: Path, where: str) -> Any:
    """What :func:`write_json` wrote. Raises UsageError, starting with ``where``, if it is not there or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UsageError(say("{where}: there is no {path}", where=where, path=path)) from None
    except ValueError:
        raise UsageError(say("{where}: {path} is damaged, it is no JSON", where=where, path=path)) from None


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays of numbers as safetensors, whole or not at all."""
    replace(path, save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


def replace(path: Path, content: bytes) -> None:
    """Write beside the place first, then move there in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def _finite(content: Any) -> Any:
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    return [_finite(value) for value in content] if isinstance(content, list | tuple) else content
