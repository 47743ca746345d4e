"""How networks and their batches are drawn: alive, clear of kinks, and with every gradient well above rounding."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose, is_clear_of_kinks, length, normal, until
from gradproof.conformance.spec.contract import Dialect, Drawn
from gradproof.conformance.spec.in_use.draws import WHITE, labels, pixels

LATER_STEPS = 2
CERTAIN = 0.98


def draw_net(
    hidden: tuple[int, ...],
    least_samples: int = 1,
    normalization: str | None = None,
    regs: tuple[float, ...] = (0.0,),
    keeps: tuple[float, ...] = (),
    row_biases: bool = False,
    is_flat: bool = False,
    is_image: bool = False,
    is_pixels: bool = False,
    last_scale: float = 1.0,
) -> Draw:
    """A network with one of ``hidden`` hidden layers and its batch, alive and clear of kinks.

    The weights are of the size of 1 / sqrt(inputs), so that no softmax saturates; biases are random, never 0.
    """

    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"reg": choose(rng, regs)} if regs != (0.0,) else {}
        options |= {"normalization": normalization} if normalization else {}
        keep = choose(rng, keeps) if keeps else 1.0
        options |= {"dropout": keep if dialect.dropout_p == "keep" else round(1 - keep, 6)} if keeps else {}
        depth = choose(rng, hidden)

        def propose() -> Drawn:
            samples = length(rng, min(size, 7), least_samples)
            units = [length(rng, min(size, 5), 3 if normalization else 1) for _ in range(depth)]
            sizes = [length(rng, min(size, 6), 2 if normalization else 1), *units, length(rng, min(size, 5), 2)]
            sizes[0] *= 2 if is_image else 1
            inputs = dict(draw_parameters(rng, sizes, normalization, row_biases))
            inputs[f"W{depth + 1}"] *= last_scale
            inputs |= {
                "x": _images(rng, samples, sizes[0]) if is_image else _batch(rng, samples, sizes[0], is_flat),
                "y": labels(rng, sizes[-1], samples, size),
            }
            if is_pixels:
                inputs |= {"x": pixels(rng, *inputs["x"].shape), "W1": inputs["W1"] / WHITE}
            for i, count in enumerate(units if keeps else [], start=1):
                inputs[f"mask_{i}"] = (rng.random((samples, count)) < keep).astype(np.int64)
            if normalization == "batchnorm":
                inputs |= _later_batches(rng, samples, sizes)
            return Drawn(inputs, options)

        return until(propose, lambda drawn: is_telling(drawn.inputs, normalization, keep))

    return draw


def draw_parameters(
    rng: np.random.Generator, sizes: list[int], normalization: str | None, row_biases: bool
) -> Iterator[tuple[str, Array]]:
    """Weights of the size of 1 / sqrt(inputs), biases and shifts of the size of 1, scales of both signs."""
    for i, (inputs, units) in enumerate(pairwise(sizes), start=1):
        yield f"W{i}", normal(rng, inputs, units) * 1.5 / np.sqrt(inputs)
        yield f"b{i}", normal(rng, 1, units) if row_biases else normal(rng, units)
        if normalization and i < len(sizes) - 1:
            yield f"gamma{i}", rng.uniform(0.5, 2.0, units) * rng.choice([-1.0, 1.0], units)
            yield f"beta{i}", normal(rng, units)


def _batch(rng: np.random.Generator, samples: int, features: int, is_flat: bool) -> Array:
    """Every third time with more than two dimensions, unless the network takes (N, D) alone."""
    shape = (samples, features) if is_flat or features % 2 or rng.integers(3) else (samples, 2, features // 2)
    return normal(rng, *shape)


def _images(rng: np.random.Generator, samples: int, features: int) -> Array:
    return normal(rng, samples, 2, features // 2)


def _later_batches(rng: np.random.Generator, samples: int, sizes: list[int]) -> dict[str, Array]:
    steps = range(2, 2 + LATER_STEPS)
    batches = {f"x_{step}": normal(rng, samples, sizes[0]) for step in steps}
    labels = {f"y_{step}": rng.integers(sizes[-1], size=samples) for step in steps}
    return {**batches, **labels, "x_test": normal(rng, max(samples - 2, 1), sizes[0])}


def is_telling(inputs: Mapping[str, Array], normalization: str | None, keep: float) -> bool:
    """Whether no rectifier sits near its kink, some sample passes a unit in every layer, and none is surely right.

    A sample whose class is certain has a gradient of 0, two that are certain of each other's class cancel, and so do
    two classes that weigh a unit alike: where scores are thousands, nothing but their rounding goes back through it.
    """
    x = inputs["x"].reshape(len(inputs["x"]), -1).astype(np.float64)
    alive = np.ones(len(x), bool)
    last = sum(name.startswith("W") for name in inputs)
    for i in range(1, last):
        through = activated(x, inputs, i, normalization, keep)
        if through is None:
            return False
        x = through
        alive &= (x > 0).any(axis=1)
    scores = x @ inputs[f"W{last}"] + inputs[f"b{last}"]
    dscores = by_scores(scores, inputs["y"])
    least, w = 1 - CERTAIN, inputs[f"W{last}"]
    is_wavering = np.abs(dscores).max(axis=1) > least
    goes_back = np.abs(dscores @ w.T)[x > 0].max(initial=0) > least * (np.abs(dscores) @ np.abs(w).T).max()
    return bool(alive.any() and is_wavering.all() and goes_back and np.abs(dscores.sum(axis=0)).max() > least)


def by_scores(scores: Array, y: Array) -> Array:
    """The derivative of each sample's own cross entropy by its scores: softmax(scores) - 1[class = y]."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = np.asarray(odds / odds.sum(axis=1, keepdims=True))
    p[np.arange(len(p)), y] -= 1
    return p


def activated(
    x: Array, inputs: Mapping[str, Array], i: int, normalization: str | None, keep: float = 1.0
) -> Array | None:
    """What the i-th hidden layer makes of ``x``; None if a rectifier sits near its kink, or a unit hardly varies."""
    hidden = x @ inputs[f"W{i}"] + inputs[f"b{i}"]
    if normalization:
        axis = 0 if normalization == "batchnorm" else 1
        centred = hidden - hidden.mean(axis=axis, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(axis=axis, keepdims=True))
        if deviation.min() < 0.05:
            return None
        hidden = inputs[f"gamma{i}"] * centred / deviation + inputs[f"beta{i}"]
    out = np.asarray(np.maximum(hidden, 0) * inputs.get(f"mask_{i}", np.ones(1)) / keep)
    return out if is_clear_of_kinks(hidden) and (normalization != "batchnorm" or _is_mixed(out)) else None


def _is_mixed(active: Array) -> bool:
    """Whether two units are on for some samples and off for others, and samples differ in two directions at least.

    A batch normalization that follows takes any common shift out again, the magnitude of a single input's weights, and
    all but the signs where the samples lie on a line.
    """
    on = active > 0
    spread = np.linalg.svd(active - active.mean(axis=0), compute_uv=False)
    return int((on.any(axis=0) & ~on.all(axis=0)).sum()) >= 2 and bool(spread[1] > 0.1 * spread[0])
