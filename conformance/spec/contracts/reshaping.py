"""flatten and upsample: pixels are moved, nothing is computed."""

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Draw, Drawn, Function, Scenario, twin

MOST = 4  # of an axis


def images(rng: np.random.Generator, size: int, axes: int = 4) -> tuple[int, ...]:
    """The shape of a few small images."""
    return tuple(length(rng, min(size, MOST)) for _ in range(axes))


def draw_flatten(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Two to four axes."""
    shape = images(rng, size, 2 + size % 3)
    return Drawn({"x": normal(rng, *shape), "dout": normal(rng, shape[0], int(np.prod(shape[1:])))})


def draw_upsample(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Images, and how many times larger they are to be."""
    samples, channels, height, width = images(rng, min(size, 3))
    scale = choose(rng, (2, 3))
    dout = normal(rng, samples, channels, scale * height, scale * width)
    return Drawn({"x": normal(rng, samples, channels, height, width), "dout": dout}, {"scale": scale})


def moving(name: str, takes: tuple[str, ...], draw: Draw, stem: str = "reshaping") -> Contract:
    """The row of a layer of one input."""
    return Contract(
        name=name,
        functions=(
            Function(f"{name}_forward", takes, ("out", "cache")),
            Function(f"{name}_backward", ("dout", "cache"), ("dx",)),
        ),
        scenarios=(Scenario("ordinary", draw),),
        reference=twin(stem, f"{name}_forward", wrt={"dx": "x"}),
        observes={"out": "forward", "dx": "gradient"},
        gradients={"dx": "x"},
    )


CONTRACTS = (moving("flatten", ("x",), draw_flatten), moving("upsample", ("x", "scale"), draw_upsample))
