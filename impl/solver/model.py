"""What a solver asks of a model, and how a model's content is taken out and put back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..validation import Array


class Model(Protocol):
    """What a solver trains. ``state()`` and ``restore(state)``, for what is no parameter, are used if it has them."""

    @property
    def params(self) -> dict[str, Array]:
        """Name -> the very array that the model computes with."""
        ...

    def loss(self, x: Array, y: Array | None = None, /) -> Any:
        """Scores if y is None, else the loss and a dict of gradients with the names of params."""
        ...


def state_of(model: Model) -> dict[str, Array]:
    """Copies of what is no parameter: running statistics, the state of a generator."""
    state = getattr(model, "state", None)
    return {name: np.array(value) for name, value in state().items()} if state is not None else {}


def put(model: Model, params: Mapping[str, Array], state: Mapping[str, Array]) -> None:
    """Write parameters into the model's arrays, and give it its state."""
    for name, w in model.params.items():
        np.copyto(w, params[name])
    if hasattr(model, "restore"):
        model.restore({name: value.copy() for name, value in state.items()})


def require_same(path: str | Path, saved: Mapping[str, Array], params: Mapping[str, Array]) -> None:
    """Raise unless a checkpoint's parameters have the names, dtypes and shapes of the model's."""
    for name in sorted({*saved, *params}):
        found, expected = (
            f"{side[name].dtype} {side[name].shape}" if name in side else "nothing" for side in (saved, params)
        )
        if found != expected:
            raise ValueError(f"{path} is a checkpoint of another model: it has {found} as {name}, expected {expected}")
