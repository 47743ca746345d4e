"""Networks as their constructors make them: random weights of the deviation asked for, the rest at 0 or 1.

What is random is judged by bounds that hold for every number of values, no approximation; the rest is known.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose
from gradproof.conformance.spec.contract import (
    Case,
    Dialect,
    Drawn,
    Exercise,
    Finding,
    Kind,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts.dropout import level_of
from gradproof.conformance.spec.findings import found
from gradproof.conformance.spec.network_styles import construction
from gradproof.conformance.spec.values import as_array

CHECK = "interface"
GAIN = 2.0  # of He's initial weights
KERNELS = 4  # dimensions of the weights of a convolution: filters come first
SCALES = (0.02, 0.1, 2.0)
STARTS = {"b": 0.0, "beta": 0.0, "gamma": 1.0}


def starting(depths: tuple[int, ...], normalization: str | None = None, is_list: bool = False) -> Scenario:
    """Cases in which a network is made, and nothing else."""
    draw = _draw(depths, normalization, is_list)
    return Scenario("initial", draw, check=CHECK, smooth=False, repeatable=False)


def starting_on_images(is_scaled: bool = True) -> Scenario:
    """The same for a network with a convolution; if no scale is given, weights have variance 2 / inputs of a unit."""
    return Scenario("initial", _draw_on_images(is_scaled), check=CHECK, smooth=False, repeatable=False)


def is_initial(case: Case) -> bool:
    """Whether a network is only made in the case."""
    return "sizes" in case.inputs


def _draw(depths: tuple[int, ...], normalization: str | None, is_list: bool) -> Draw:
    def draw(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        hidden = rng.integers(20, 41, size=choose(rng, depths))
        sizes = np.array([rng.integers(30, 51), *hidden, rng.integers(5, 11)])
        options: dict[str, Scalar] = {"is_seeded": False}
        options |= {} if is_list else {"weight_scale": choose(rng, SCALES)}
        return Drawn({"sizes": sizes}, options | ({"normalization": normalization} if normalization else {}))

    return draw


def _draw_on_images(is_scaled: bool) -> Draw:
    def draw(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        image = np.array([rng.integers(1, 4), *2 * rng.integers(2, 5, size=2)])
        sizes = np.array([rng.integers(4, 9), choose(rng, (3, 5)), rng.integers(20, 41), rng.integers(5, 11)])
        options: dict[str, Scalar] = {"weight_scale": choose(rng, SCALES)} if is_scaled else {"gain": GAIN}
        return Drawn({"image": image, "sizes": sizes}, {"is_seeded": False, **options})

    return draw


def or_made(class_name: str, ask: Exercise) -> Exercise:
    """The exercise; where a network of the dictionary style is only made, its parameters."""

    def made(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if not is_initial(case):
            yield from ask(subject, case)
            return
        net, given = construction.construct(subject, class_name, case)
        shapes = _shapes(case)
        held, keys = construction.named_parameters(subject, class_name, net, shapes)
        is_known = "gain" in case.options or not given.keys().isdisjoint(construction.KEYWORDS["weight_scale"])
        for ours, key in keys.items():
            value = as_array(held[key])
            if value is not None and "dtype" in given and value.dtype.name != case.dtype:
                told = {"observation": f"params[{key!r}]", "got": value.dtype.name, "expected": case.dtype}
                subject.end(Kind.MADE_DTYPE, class_name, **told)
            if is_known or not ours.startswith("W"):
                subject.script.append(f'got["{ours}"] = net.params["{key}"]')
                is_fit = value is not None and value.size == math.prod(shapes[ours])
                yield ours, np.reshape(held[key], shapes[ours]) if is_fit else held[key]

    return made


def or_made_lists(ask: Exercise) -> Exercise:
    """The same for the network with lists."""

    def made(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if not is_initial(case):
            yield from ask(subject, case)
            return
        _, lists = construction.construct_lists(subject, "Network", case)
        for (attribute, held), kind in zip(lists.items(), "Wb", strict=True):
            for i, value in enumerate(held):
                subject.script.append(f'got["{kind}{i + 1}"] = net.{attribute}[{i}]')
                yield f"{kind}{i + 1}", value

    return made


def _is_list(case: Case) -> bool:
    return case.options.keys().isdisjoint(("weight_scale", "gain"))


def _shapes(case: Case) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter that is expected."""
    if "image" in case.inputs:
        return _shapes_on_images(case["image"].tolist(), case["sizes"].tolist())
    shapes: dict[str, tuple[int, ...]] = {}
    pairs = list(pairwise(case["sizes"].tolist()))
    for i, (inputs, units) in enumerate(pairs, start=1):
        shapes |= {f"W{i}": (inputs, units), f"b{i}": (1, units) if _is_list(case) else (units,)}
        if "normalization" in case.options and i < len(pairs):
            shapes |= {f"gamma{i}": (units,), f"beta{i}": (units,)}
    return shapes


def _shapes_on_images(image: list[int], sizes: list[int]) -> dict[str, tuple[int, ...]]:
    """The padding keeps the image's size, the pooling halves it."""
    channels, height, width = image
    filters, kernel, hidden, classes = sizes
    return {
        "W1": (filters, channels, kernel, kernel),
        "b1": (filters,),
        "W2": (filters * (height // 2) * (width // 2), hidden),
        "b2": (hidden,),
        "W3": (hidden, classes),
        "b3": (classes,),
    }


def start_as_they_should(case: Case, observed: Observations) -> Iterator[Finding]:
    """Weights are normal with mean 0 and the deviation asked for, scales are 1, biases and shifts 0.

    The network with lists draws its biases as well. The chance of a false alarm is that of dropout's samples.
    """
    if not is_initial(case):
        return
    for name, shape in _shapes(case).items():
        strange = _strange(observed[name].astype(np.float64), shape, case, name) if name in observed else None
        if strange:
            yield replace(strange, check=CHECK, observation=name)


def _strange(values: Array, shape: tuple[int, ...], case: Case, name: str) -> Finding | None:
    start = None if _is_list(case) else STARTS.get(name.rstrip("0123456789"))
    if values.shape != shape:
        return found(Kind.STARTS_IN_SHAPE, got=values.shape, expected=shape)
    if start is not None:
        return None if (values == start).all() else found(Kind.STARTS_AT_OTHERS, expected=start)
    by_unit = values.reshape(len(values), -1).T if values.ndim == KERNELS else values
    return strangeness(by_unit, _deviation(by_unit, case), level_of(case.index))


def _deviation(by_unit: Array, case: Case) -> float:
    """The standard deviation asked for of weights whose every column is a unit's."""
    options = case.scalar_options()
    return math.sqrt(GAIN / len(by_unit)) if "gain" in options else float(options.get("weight_scale", 1.0))


def strangeness(values: Array, scale: float, level: float) -> Finding | None:
    """What keeps values from being draws around 0 with a standard deviation of ``scale``; None if nothing does.

    Each test raises a false alarm with a probability of ``level`` at most. The sum of values of random signs is within
    sqrt(2 log(2 / level)) roots of the sum of their squares, by Hoeffding's bound; the mean square r of n standard
    normal values has a probability of at most exp(-n (r - 1 - log r) / 2) to be this far on its side of 1, by
    Chernoff's.
    """
    root = float(np.sqrt(np.square(values).sum()))
    limit = math.log(2 / level)
    if (values == values.flat[0]).all():
        return found(Kind.STARTS_AT_ONE_VALUE)
    if len({column.tobytes() for column in values.T}) < values.shape[-1]:
        return found(Kind.STARTS_WITH_SAME_COLUMNS)
    if (values == values[0]).all() and values.size > values[0].size + 1:  # one number may be drawn twice by chance
        return found(Kind.STARTS_WITH_SAME_ROWS)
    if not abs(float(values.sum())) <= math.sqrt(2 * limit) * root:
        return found(Kind.STARTS_AROUND, got=float(values.mean()), secret=("got",))
    ratio = root**2 / values.size / scale**2
    if not (ratio > 0 and values.size * (ratio - 1 - math.log(ratio)) / 2 <= limit):
        got = root / math.sqrt(values.size)
        return found(Kind.STARTS_WITH_DEVIATION, got=got, expected=scale, secret=("got",), size=values.size)
    return None
