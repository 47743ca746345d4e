"""What can be computed in a few steps from named quantities: the terms that formulas are looked for among."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array

MOST_NUMBERS = 2_000_000  # in the values of all terms, a bound that no machine moves
ALIKE = 1e-9  # relative to the largest, what numbers may differ by that are one

Quantities = Mapping[str, Array]
Step = Callable[[Array], Any]  # of many arrays at once, along the first axis
Shapes = tuple[tuple[int, ...], ...]  # in each of the cases


def _all_axes(array: Array) -> tuple[int, ...]:
    return tuple(range(1, array.ndim))


def _softmax(a: Array) -> Array:
    shares = np.exp(a - a.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def _transposed(a: Array) -> Array:
    return a.transpose(0, *range(a.ndim - 1, 0, -1))


TURNED: Mapping[str, Step] = {"{}.T": _transposed}
COMPLEMENT: Mapping[str, Step] = {"(1 - {})": lambda a: 1 - a}
EACH: Mapping[str, Step] = {
    "np.abs({})": np.abs,
    "np.sign({})": np.sign,
    "{} ** 2": np.square,
    "{} ** 3": lambda a: a**3,
    "np.sqrt({})": np.sqrt,
    "np.exp({})": np.exp,
    "np.log({})": np.log,
    "np.tanh({})": np.tanh,
    "sigmoid({})": lambda a: 1 / (1 + np.exp(-a)),
    **COMPLEMENT,
    "(1 + {})": lambda a: 1 + a,
    "({} > 0)": lambda a: (a > 0).astype(a.dtype),
    "np.maximum({}, 0)": lambda a: np.maximum(a, 0),
}
OVER: Mapping[str, Step] = {
    "np.sum({})": lambda a: a.sum(axis=_all_axes(a)),
    "np.mean({})": lambda a: a.mean(axis=_all_axes(a)),
    "np.max({})": lambda a: a.max(axis=_all_axes(a)),
    "np.linalg.norm({})": lambda a: np.sqrt(np.square(a).sum(axis=_all_axes(a))),
    "np.sum({}, axis=0)": lambda a: a.sum(axis=1),
    "np.mean({}, axis=0)": lambda a: a.mean(axis=1),
    "np.max({}, axis=0)": lambda a: a.max(axis=1),
    "np.std({}, axis=0)": lambda a: a.std(axis=1),
    "np.sum({}, axis=-1, keepdims=True)": lambda a: a.sum(axis=-1, keepdims=True),
    "np.mean({}, axis=-1, keepdims=True)": lambda a: a.mean(axis=-1, keepdims=True),
    "np.max({}, axis=-1, keepdims=True)": lambda a: a.max(axis=-1, keepdims=True),
    "np.std({}, axis=-1, keepdims=True)": lambda a: a.std(axis=-1, keepdims=True),
    "softmax({})": _softmax,
    "np.cumsum({}, axis=0)": lambda a: a.cumsum(axis=1),
}
SAMPLES: Mapping[str, Step] = {"{}[0]": lambda a: a[:, 0], "{}[-1]": lambda a: a[:, -1]}
PIECES: Mapping[int, Mapping[str, Step]] = {  # by how many axes there are
    2: SAMPLES,
    3: {**SAMPLES, "{}[:, 0]": lambda a: a[:, :, 0], "{}[:, -1]": lambda a: a[:, :, -1]},
    4: {**SAMPLES, "{}[:, :, 0, 0]": lambda a: a[..., 0, 0], "{}[:, :, -1, -1]": lambda a: a[..., -1, -1]},
}
ANOTHER_ORDER: Mapping[str, Step] = {
    "{}[::-1]": lambda a: a[:, ::-1],
    "np.roll({}, 1, axis=0)": lambda a: np.roll(a, 1, axis=1),
    "np.roll({}, -1, axis=0)": lambda a: np.roll(a, -1, axis=1),
}
OF_ONE: Mapping[str, Step] = {
    **{how: step for steps in PIECES.values() for how, step in steps.items()},
    **{**EACH, **OVER, **TURNED, **ANOTHER_ORDER},
}
OF_PAIRS = (  # what is done to two quantities that are joined already
    *("np.sum({})", "np.mean({})", "np.sum({}, axis=0)", "np.mean({}, axis=0)", "softmax({})"),
    *("np.sum({}, axis=-1, keepdims=True)", "np.mean({}, axis=-1, keepdims=True)"),
    *("np.sqrt({})", "{} ** 2", "np.exp({})", "np.log({})", "np.tanh({})", "sigmoid({})", "np.maximum({}, 0)"),
)
BETWEEN: Mapping[str, Callable[[Array, Array], Any]] = {
    "{} + {}": np.add,
    "{} - {}": np.subtract,
    "{} * {}": np.multiply,
    "{} / {}": np.divide,
    "{} @ {}": np.matmul,
}
OF_NUMBERS = ("{} + {}", "{} * {}", "{} / {}")
OF_MATRICES = "{} @ {}"
RESHAPED = "{}.reshape({})"


@dataclass(frozen=True, eq=False)
class Term:
    """A formula of a few steps.

    Args:
        how: its text, with a place for each term that it is made of; the name of a quantity.
        parts: how many quantities and steps it has.
        of: what it is made of.
        factor: what it is multiplied by, where ``how`` is none of the steps.
        like: the name of what it is brought into the shape of, where it is.
    """

    how: str
    parts: int = 1
    of: tuple["Term", ...] = ()
    factor: float = 1.0
    like: str = ""

    def at(self, quantities: Quantities) -> Array:
        """Its value where the quantities have these. Raises what the steps raise, and KeyError."""
        if not self.of:
            return quantities[self.how]
        values = [each.at(quantities) for each in self.of]
        if self.how in BETWEEN:
            return np.asarray(BETWEEN[self.how](*values))
        step = OF_ONE.get(self.how)
        return np.asarray(step(values[0][np.newaxis])[0]) if step else self.factor * values[0]

    @cached_property
    def text(self) -> str:
        """As NumPy has it."""
        if not self.of:
            return self.how
        is_in_brackets = self.how.find("({}") > 0 and not self.like
        texts = (each.text if is_in_brackets else each._enclosed for each in self.of)
        return self.how.format(*texts, *(f"{self.like}.shape",) * bool(self.like))

    @property
    def names(self) -> frozenset[str]:
        """The quantities in it."""
        return frozenset().union(*(each.names for each in self.of)) if self.of else frozenset((self.how,))

    @property
    def _enclosed(self) -> str:
        """Its text as a part of another one."""
        return f"({self.text})" if self.of and self.how.startswith(("{} ", "-", "2 ")) else self.text


def joined(how: str, one: Term, other: Term) -> Term:
    """Two terms in one."""
    return Term(how, one.parts + other.parts, (one, other))


def reshaped(term: Term, like: str) -> Term:
    """A term in the shape of something else, which it is given by whoever asks for its value."""
    return Term(RESHAPED, term.parts + 1, (term,), like=like)


def scaled(how: str, factor: float, term: Term) -> Term:
    """A term times a number."""
    return Term(how, term.parts + 1, (term,), factor)


@dataclass(frozen=True, eq=False)
class Shelf:
    """Terms whose values have the same shapes, and these values: along the first axis, for each case."""

    terms: Sequence[Term]
    values: tuple[Array, ...]

    @cached_property
    def shapes(self) -> Shapes:
        """Of each value, in each case."""
        return tuple(array.shape[1:] for array in self.values)


@dataclass
class Bank:
    """Terms by their values in some cases: of equal ones the first."""

    cases: Sequence[Quantities]
    shelves: list[Shelf] = field(default_factory=list)
    _size: int = 0
    _sums: set[tuple[Shapes, float]] = field(default_factory=set)

    def __post_init__(self) -> None:
        quantities = self._kept(self._quantities(), are_given=True)
        complements = self._kept(_all_changed(quantities, COMPLEMENT))
        changed = [*complements, *self._kept(_all_changed(quantities, EACH))]
        pieces = self._kept(each for one in quantities for each in _all_changed([one], PIECES.get(_axes(one), {})))
        summed = self._kept(_all_changed([*quantities, *changed, *pieces], OVER))
        pairs = self._kept(_all_joined(quantities, quantities))
        self._kept(_all_joined(quantities, complements))
        tables = [shelf for shelf in quantities if all(len(shape) == 2 for shape in shelf.shapes)]
        turned = self._kept(_all_changed(tables, TURNED))
        self._kept(_all_joined(turned, tables, (OF_MATRICES,)))
        self._kept(_all_joined(tables, turned, (OF_MATRICES,)))
        numbers = [shelf for shelf in (*quantities, *complements) if not any(shelf.shapes)]
        self._kept(_all_joined(summed, numbers, OF_NUMBERS))
        self._kept(_all_joined(changed, numbers, OF_NUMBERS))
        self._kept(_all_changed(pairs, {how: OF_ONE[how] for how in OF_PAIRS}))

    def _quantities(self) -> Iterator[Shelf]:
        alike: dict[Shapes, list[str]] = {}
        for name in self.cases[0]:
            if all(name in each for each in self.cases):
                alike.setdefault(tuple(each[name].shape for each in self.cases), []).append(name)
        for names in alike.values():
            yield Shelf(list(map(Term, names)), tuple(np.array([each[n] for n in names]) for each in self.cases))

    def _kept(self, shelves: Iterator[Shelf], are_given: bool = False) -> list[Shelf]:
        """What has values of its own, as far as there is room; one shelf of each shape."""
        found: dict[Shapes, list[Shelf]] = {}
        for shelf in shelves:
            if self._size >= MOST_NUMBERS:
                break
            size = sum(math.prod(shape) for shape in shelf.shapes)
            places = self._new(shelf, are_given)[: max(MOST_NUMBERS - self._size, 0) // max(size, 1)]
            if len(places):
                kept = Shelf([shelf.terms[at] for at in places], tuple(each[places] for each in shelf.values))
                found.setdefault(shelf.shapes, []).append(kept)
                self._size += len(places) * size
        merged = list(map(_merged, found.values()))
        self.shelves += merged
        return merged

    def _new(self, shelf: Shelf, are_given: bool) -> list[int]:
        """The places of what is finite and not there yet. What is made and one number everywhere is left out."""
        flat = np.concatenate([array.reshape(len(array), -1) for array in shelf.values], axis=1)
        sums = flat @ weights(flat.shape[1])
        places = []
        is_given_number = are_given and not any(shelf.shapes)
        is_varied = np.ptp(flat, axis=1) > ALIKE * np.abs(flat).max(axis=1)
        is_told = np.isfinite(flat).all(axis=1) & (is_given_number | is_varied)
        for at in np.flatnonzero(is_told).tolist():
            key = (shelf.shapes, float(sums[at]))
            if key not in self._sums:
                self._sums.add(key)
                places.append(at)
        return places


def _axes(shelf: Shelf) -> int:
    """How many axes the values of a shelf have, in every case; 0 if there are cases of more and of fewer."""
    axes = set(map(len, shelf.shapes))
    return axes.pop() if len(axes) == 1 else 0


def _merged(alike: Sequence[Shelf]) -> Shelf:
    """All of one shape on one shelf."""
    terms = [term for shelf in alike for term in shelf.terms]
    return Shelf(terms, tuple(map(np.concatenate, zip(*(shelf.values for shelf in alike), strict=True))))


def weights(count: int) -> Array:
    """Of a sum that hardly two arrays have in common that are not equal."""
    return np.asarray(np.cos(np.arange(1, count + 1)))


def _all_changed(shelves: Sequence[Shelf], steps: Mapping[str, Step]) -> Iterator[Shelf]:
    for shelf in shelves:
        is_array = all(shelf.shapes)
        for how, step in steps.items():
            if is_array or how in EACH:
                values = tuple(np.asarray(step(array)) for array in shelf.values)
                yield Shelf([Term(how, term.parts + 1, (term,)) for term in shelf.terms], values)


def _all_joined(
    ones: Sequence[Shelf], others: Sequence[Shelf], ways: Collection[str] = tuple(BETWEEN)
) -> Iterator[Shelf]:
    for one in ones:
        for other in others:
            for how in ways:
                values = tuple(_between(how, *pair) for pair in zip(one.values, other.values, strict=True))
                if any(array is None for array in values):
                    continue
                terms = [joined(how, a, b) for a in one.terms for b in other.terms]
                yield Shelf(terms, tuple(array for array in values if array is not None))


def _between(how: str, one: Array, other: Array) -> Array | None:
    """Every one with every other; None of what does not go together."""
    axes = max(one.ndim, other.ndim) - 1
    if how == OF_MATRICES and min(one.ndim, other.ndim) < 3:
        return None
    left, right = (np.expand_dims(a, tuple(range(1, 1 + axes + 1 - a.ndim))) for a in (one, other))
    try:
        found = np.asarray(BETWEEN[how](left[:, np.newaxis], right[np.newaxis]))
    except ValueError:
        return None
    return found.reshape(-1, *found.shape[2:])
