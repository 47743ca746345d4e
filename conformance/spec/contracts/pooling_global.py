"""global_avg_pool and adaptive_avg_pool."""

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import Dialect, Drawn
from gradproof.conformance.spec.contracts.reshaping import images, moving

LARGER = 7  # rows, columns


def draw_global(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Images of any size."""
    shape = images(rng, size)
    return Drawn({"x": normal(rng, *shape), "dout": normal(rng, *shape[:2])})


def draw_adaptive(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Windows that fill the image exactly, or overlap."""
    samples, channels = images(rng, min(size, 3), 2)
    height, width = (length(rng, LARGER, 2) for _ in range(2))
    windows = choose(rng, (1, 2, 3))
    dout = normal(rng, samples, channels, windows, windows)
    return Drawn({"x": normal(rng, samples, channels, height, width), "dout": dout}, {"output_size": windows})


CONTRACTS = (
    moving("global_avg_pool", ("x",), draw_global, "pooling_global"),
    moving("adaptive_avg_pool", ("x", "output_size"), draw_adaptive, "pooling_global"),
)
