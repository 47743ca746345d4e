"""How the cases of normalization layers are drawn."""

import math
from collections.abc import Callable
from typing import cast

import numpy as np

from gradproof.conformance.spec.cases import Array, Scalar, choose, length, normal
from gradproof.conformance.spec.contract import (
    Dialect,
    Drawn,
    Function,
)
from gradproof.conformance.spec.in_use.draws import MANY_SAMPLES, MANY_UNITS, upstream
from gradproof.conformance.spec.in_use.unusual import UNKNOWN_MODE

LATER_BATCHES = tuple(f"x_{step}" for step in range(2, 9))
SHORT, LONG = 2, 7  # further batches of a sequence
FORWARD = Function("batchnorm_forward", ("x", "gamma", "beta", "bn_param"), ("out", "cache"))
GRADIENTS = {"dx": "x", "dgamma": "gamma", "dbeta": "beta"}
FAR_MEANS = (-1000.0, -100.0, 100.0, 1000.0)  # in deviations
STATISTICS = ("running_mean", "running_var")


Counts = Callable[[np.random.Generator, int, int, int], tuple[int, int]]


def rows(rng: np.random.Generator, size: int, least_samples: int, least_features: int) -> tuple[int, int]:
    """How many samples and features a batch has."""
    return length(rng, size, least_samples), length(rng, size, least_features)


def batch(rng: np.random.Generator, samples: int, features: int, axis: int = 0) -> Array:
    """Rows whose every slice along ``axis`` has a mean of the order of its deviation; a slice of two is kept apart.

    Two values standardise to +1 and -1 whatever they are, so the gradient by them is all eps. At a distance of about
    0.02 that is well above rounding.
    """
    shape = (samples, features)
    if shape[axis] > 2:
        scale = rng.uniform(0.5, 2.0, (1, features) if axis == 0 else (samples, 1))
        return scale * (normal(rng, *shape) + rng.uniform(-1, 1, scale.shape))
    signs = np.moveaxis(np.broadcast_to([-1.0, 1.0], (shape[1 - axis], 2)), 1, axis)
    half = rng.uniform(0.005, 0.02, shape[1 - axis])
    centre = half * rng.uniform(-1, 1, shape[1 - axis])
    return np.asarray(np.expand_dims(half, axis) * signs + np.expand_dims(centre, axis))


def affine_part(rng: np.random.Generator, features: int) -> dict[str, Array]:
    """Scale, well off 0, and shift."""
    return {"gamma": rng.uniform(0.5, 2.0, features) * rng.choice([-1.0, 1.0], features), "beta": normal(rng, features)}


def _running(rng: np.random.Generator, features: int) -> dict[str, Array]:
    return {"running_mean": normal(rng, features), "running_var": rng.uniform(0.2, 3.0, features)}


def eps_option(size: int) -> dict[str, float]:
    """The epsilon of a call, or none: each of them at every third size, so that no seed goes without one."""
    return [{"eps": 1e-5}, {"eps": 1e-3}, {}][size % 3]


def far_means(rng: np.random.Generator, *shape: int) -> Array:
    """Means in deviations, the first as far out as any."""
    means = rng.choice(FAR_MEANS, shape)
    means.flat[0] = max(FAR_MEANS)
    return means


def _momentum(rng: np.random.Generator, dialect: Dialect) -> dict[str, float]:
    kept = choose(rng, (0.9, 0.75, 0.6))
    if dialect.momentum == "update":
        return {"momentum": round(1 - kept, 2)}
    return {} if kept == 0.9 else {"momentum": kept}


def draw_train(
    rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows, least_features: int = 1
) -> Drawn:
    """One training step from given running statistics."""
    samples, features = counts(rng, size, 2, least_features)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features), **_running(rng, features)}
    inputs["dout"] = upstream(rng, size, samples, features)
    return Drawn(inputs, {"bn_param": {"mode": "train", **eps_option(size), **_momentum(rng, dialect)}})


def many_rows(rng: np.random.Generator, _size: int, _least_samples: int, _least_features: int) -> tuple[int, int]:
    """As many samples as a training has."""
    return int(rng.integers(*MANY_SAMPLES)), 3


def many_features(_rng: np.random.Generator, _size: int, _least_samples: int, _least_features: int) -> tuple[int, int]:
    """More features than any other case has."""
    return 5, MANY_UNITS


def draw_unknown_mode(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """A mode that is neither training nor test."""
    inputs, options = draw_test(rng, size + 2, dialect, counts)
    return Drawn(inputs, {"bn_param": {**cast("dict[str, Scalar]", options["bn_param"]), "mode": UNKNOWN_MODE}})


def draw_test(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """One call in test mode with given running statistics; a batch of one is fair."""
    samples, features = counts(rng, size, 1, 1)
    inputs = {"x": normal(rng, samples, features), **affine_part(rng, features), **_running(rng, features)}
    return Drawn(inputs, {"bn_param": {"mode": "test", **eps_option(size), **_momentum(rng, dialect)}})


def draw_sequence(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Three training steps on three batches, then test mode. Every other time the statistics start unset: at 0."""
    samples, features = counts(rng, size, 2, 1)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features)}
    inputs.update({name: batch(rng, samples, features) for name in LATER_BATCHES[:SHORT]})
    inputs["x_test"] = normal(rng, samples, features)
    if size % 2:
        inputs.update(_running(rng, features))
    return Drawn(inputs, {"bn_param": {"mode": "train", **eps_option(size), **_momentum(rng, dialect)}})


def draw_long_sequence(rng: np.random.Generator, _size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Eight training steps on batches of two sizes in turn, with a look at test mode after each."""
    samples, features = counts(rng, 5, 3, 2)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features)}
    sizes = {name: samples + (step % 2) * samples for step, name in enumerate(LATER_BATCHES[:LONG], start=1)}
    inputs.update({name: batch(rng, count, features) for name, count in sizes.items()})
    inputs["x_test"] = normal(rng, samples, features)
    return Drawn(inputs, {"bn_param": {"mode": "train", **_momentum(rng, dialect)}})


def draw_large_mean(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Features whose mean is 100 or 1,000 times their deviation: E[x^2] - E[x]^2 cancels there."""
    drawn = draw_train(rng, size + 2, dialect, counts, least_features=2)
    x = drawn.inputs["x"]
    drawn.inputs["x"] = x + x.std(axis=0) * far_means(rng, x.shape[1])
    return drawn


def draw_dead_feature(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """The first feature is the same in the whole batch: its variance is 0, and only eps keeps the root away from 0."""
    drawn = draw_train(rng, size + 2, dialect, counts, least_features=2)
    drawn.inputs["x"][:, 0] = drawn.inputs["x"][0, 0]
    return drawn


def draw_rows(rng: np.random.Generator, size: int, _dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Samples for layer normalization."""
    samples, features = counts(rng, size, 1, 2)
    inputs = {"x": batch(rng, samples, features, axis=1), **affine_part(rng, features)}
    inputs["dout"] = upstream(rng, size, samples, features)
    return Drawn(inputs, {"ln_param": eps_option(size)})


def draw_sequences(rng: np.random.Generator, size: int, dialect: Dialect, steps: tuple[int, ...] = (3,)) -> Drawn:
    """Samples for layer normalization, several rows each."""
    return with_steps(rng, draw_rows(rng, size, dialect), steps)


def draw_steps(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Samples for layer normalization, each a sequence of any length."""
    return with_steps(rng, draw_rows(rng, size, dialect, counts), (length(rng, size),))


def draw_vector(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """One row for layer normalization, without an axis of samples."""
    drawn = draw_rows(rng, size, dialect)
    return Drawn({**drawn.inputs, **{name: drawn.inputs[name][0] for name in ("x", "dout")}}, drawn.options)


def with_steps(rng: np.random.Generator, drawn: Drawn, steps: tuple[int, ...]) -> Drawn:
    """The samples with more axes between batch and features; each row with a mean and a deviation of its own."""
    samples, features = drawn.inputs["x"].shape
    shape = (samples, *steps, features)
    x = batch(rng, samples * math.prod(steps), features, axis=1).reshape(shape)
    return Drawn({**drawn.inputs, "x": x, "dout": normal(rng, *shape)}, drawn.options)


def draw_rows_of_large_mean(
    rng: np.random.Generator, size: int, dialect: Dialect, draw: Callable[..., Drawn] = draw_rows
) -> Drawn:
    """Rows whose mean is 100 or 1,000 times their deviation."""
    drawn = draw(rng, size + 2, dialect)
    x = drawn.inputs["x"]
    drawn.inputs["x"] = x + x.std(axis=-1, keepdims=True) * far_means(rng, *x.shape[:-1], 1)
    return drawn
