"""affine: out = flatten(x) @ w + b."""

import math

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Drawn, Function, Scenario, twin
from gradproof.conformance.spec.in_use.draws import MANY_HINT, MANY_SAMPLES, MANY_UNITS, pixels, upstream
from gradproof.conformance.spec.in_use.unusual import an_empty_batch, whole_numbers

MEAN = 0.947
SQUARE = 4
SQUARE_HINT = "there are as many samples as features and units: which axis is which, no size can tell"


def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A batch with one to three feature dimensions, at several magnitudes; bias and dout are random, never 0 or 1."""
    samples, units = length(rng, size), length(rng, size)
    feature_shape = tuple(length(rng, min(size, 5)) for _ in range(int(rng.integers(1, 4))))
    magnitude = choose(rng, (1.0, 1.0, 1e-3, 1e3))
    return Drawn(
        {
            "x": magnitude * normal(rng, samples, *feature_shape),
            "w": normal(rng, math.prod(feature_shape), units),
            "b": normal(rng, units),
            "dout": upstream(rng, size, samples, units),
        }
    )


def draw_many(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Many samples, as a training has them."""
    return _draw_sized(rng, size, int(rng.integers(*MANY_SAMPLES)), 3, 2)


def draw_many_units(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """More units than any other case has."""
    return _draw_sized(rng, size, 3, 5, MANY_UNITS)


def draw_square(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """As many samples as features, and as many units: no size tells which axis is which."""
    return _draw_sized(rng, size, SQUARE, SQUARE, SQUARE)


def _draw_sized(rng: np.random.Generator, size: int, samples: int, features: int, units: int) -> Drawn:
    inputs = {"x": normal(rng, samples, features), "w": normal(rng, features, units), "b": normal(rng, units)}
    return Drawn({**inputs, "dout": upstream(rng, size, samples, units)})


def draw_wide(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """As many pixels as 33 pictures of 32 by 32 in three colours have, all black or white, and most weights are 0.

    What is recorded of it is short for that.
    """
    samples, (features, units) = 33, (3 * 32 * 32, 1)
    w = np.zeros((features, units))
    w[rng.choice(features, 40, replace=False)] = normal(rng, 40, units)
    inputs = {"x": 2 * rng.integers(0, 2, (samples, features)) - MEAN, "w": w, "b": normal(rng, units)}
    return Drawn({**inputs, "dout": upstream(rng, size, samples, units)})


def draw_whole(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """Images of whole numbers."""
    drawn = draw(rng, size, dialect)
    return Drawn({**drawn.inputs, "x": pixels(rng, *drawn.inputs["x"].shape)})


CONTRACTS = (
    Contract(
        name="affine",
        functions=(
            Function("affine_forward", ("x", "w", "b"), ("out", "cache")),
            Function("affine_backward", ("dout", "cache"), ("dx", "dw", "db")),
        ),
        scenarios=(
            Scenario("ordinary", draw),
            Scenario("many_samples", draw_many, places=(18, 20), hint=MANY_HINT, further=(draw_many_units,)),
            Scenario("images", draw_wide, places=(23,), hint=MANY_HINT, smooth=False, repeatable=False),
            Scenario("square", draw_square, places=(17,), hint=SQUARE_HINT),
            whole_numbers(draw_whole, place=21),
            an_empty_batch(draw, place=22),
        ),
        reference=twin("affine", "affine_forward", wrt={"dx": "x", "dw": "w", "db": "b"}),
        observes={"out": "forward", "dx": "gradient", "dw": "gradient", "db": "gradient"},
        gradients={"dx": "x", "dw": "w", "db": "b"},
    ),
)
