"""affine: out = flatten(x) @ w + b."""

import math

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Drawn, Function, Scenario, twin


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
            "dout": normal(rng, samples, units),
        }
    )


CONTRACTS = (
    Contract(
        name="affine",
        functions=(
            Function("affine_forward", ("x", "w", "b"), ("out", "cache")),
            Function("affine_backward", ("dout", "cache"), ("dx", "dw", "db")),
        ),
        scenarios=(Scenario("ordinary", draw),),
        reference=twin("affine", "affine_forward", wrt={"dx": "x", "dw": "w", "db": "b"}),
        observes={"out": "forward", "dx": "gradient", "dw": "gradient", "db": "gradient"},
        gradients={"dx": "x", "dw": "w", "db": "b"},
    ),
)
