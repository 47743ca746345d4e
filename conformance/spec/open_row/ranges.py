"""What an input of a contract from outside is drawn as: a shape by symbols and a distribution."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.spec import cases
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.open_row.shapes import parsed, shape_of
from gradproof.conformance.spec.words.said import say


@dataclass(frozen=True)
class Values:
    """An input: its shape and how its elements are drawn; see the functions below, which make one."""

    shape: str
    kind: str = "normal"
    low: float = 0.0
    high: float | str = 1.0  # of integers a number or a symbol, exclusive
    dtype: str = "int64"  # of integers
    among: tuple[float, ...] = ()  # of a choice, or of levels

    def __post_init__(self) -> None:
        """Raises ValueError for a shape that is none."""
        parsed(self.shape)

    @property
    def is_float(self) -> bool:
        """Whether there is a gradient by it."""
        return self.kind not in ("integers", "mask")

    def draw(self, rng: np.random.Generator, sizes: Mapping[str, int]) -> Array:
        """The array, float64, int64 or bool."""
        shape = shape_of(self.shape, sizes)
        if self.kind == "spread":
            return np.asarray(cases.spread(rng, shape))
        if self.kind == "integers":
            high = sizes[self.high] if isinstance(self.high, str) else int(self.high)
            return np.asarray(rng.integers(int(self.low), high, shape)).astype(self.dtype)
        if self.kind == "choice":
            return rng.permutation(np.resize(rng.permutation(self.among), math.prod(shape))).reshape(shape)
        if self.kind == "levels":
            rows = math.prod(shape[:-1])
            lifted = rng.permutation(np.resize(rng.permutation(self.among), rows)).reshape(*shape[:-1], 1)
            return np.asarray(rng.standard_normal(shape) + lifted)
        if self.kind == "mask":
            kept = np.asarray(rng.random(shape) < float(self.high))
            kept.reshape(-1)[:1] = True
            return kept
        if self.kind == "uniform":
            return np.asarray(rng.uniform(self.low, float(self.high), shape))
        return np.asarray(self.low + float(self.high) * rng.standard_normal(shape))


def normal(shape: str, mean: float = 0.0, scale: float = 1.0) -> Values:
    """Normal values."""
    return Values(shape, "normal", mean, scale)


def uniform(shape: str, low: float, high: float) -> Values:
    """Values between two bounds. Raises ValueError if the lower one is not lower."""
    if not low < high:
        raise ValueError(
            say(
                "uniform({shape!r}, {low:g}, {high:g}): expected the lower bound first", shape=shape, low=low, high=high
            )
        )
    return Values(shape, "uniform", low, high)


def spread(shape: str) -> Values:
    """Values of both signs, none nearer to 0 than 0.05: clear of the kink of a rectifier."""
    return Values(shape, "spread")


def integers(shape: str, below: int | str, low: int = 0, dtype: str = "int64") -> Values:
    """Labels, words, indices: integers from ``low`` up to ``below``, a number or a symbol, exclusive."""
    return Values(shape, "integers", low, below, dtype)


def choice(shape: str, *among: float) -> Values:
    """Each element one of a few numbers, all of them equally often."""
    return Values(shape, "choice", among=among)


def levels(shape: str, *among: float) -> Values:
    """Normal values, each line of the last axis around one of a few levels, all of them equally often."""
    return Values(shape, "levels", among=among)


def mask(shape: str, keep: float = 0.7) -> Values:
    """Booleans, true with this probability, and the first one for certain."""
    return Values(shape, "mask", 0.0, keep)


def drawn_as(inputs: Mapping[str, str | Values]) -> dict[str, Values]:
    """Inputs, those that are only a shape as normal values of it. Raises ValueError for anything else."""
    for name, each in inputs.items():
        if not isinstance(each, str | Values):
            raise ValueError(
                say(
                    '{name} is {value!r}, expected a shape such as "N D" or a distribution such as uniform()',
                    name=name,
                    value=each,
                )
            )
        if isinstance(each, str):
            parsed(each)
    return {name: Values(each) if isinstance(each, str) else each for name, each in inputs.items()}
