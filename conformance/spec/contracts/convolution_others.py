"""conv1d and conv_transpose. Every stride fits: nothing is left over at the end."""

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Draw, Drawn, Function, Scenario, twin

GRADIENTS = {"dx": "x", "dw": "w", "db": "b"}


def draw_over_time(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A few windows that fill the padded time exactly."""
    samples, channels, filters = (length(rng, min(size, 3)) for _ in range(3))
    kernel, stride, pad = (choose(rng, values) for values in ((2, 3, 4), (1, 2, 3), (0, 1)))
    windows = 1 + int(rng.integers(1, 4))
    time = stride * (windows - 1) + kernel - 2 * pad
    inputs = {
        "x": normal(rng, samples, channels, time),
        "w": normal(rng, filters, channels, kernel),
        "b": normal(rng, filters),
        "dout": normal(rng, samples, filters, windows),
    }
    return Drawn(inputs, {"conv_param": {"stride": stride, "pad": pad}})


def draw_transposed(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Images and kernels that are not square."""
    samples, channels, filters = (length(rng, min(size, 3)) for _ in range(3))
    image = [length(rng, 3, 2) for _ in range(2)]
    kernel = [int(each) for each in rng.choice((2, 3, 4), 2, replace=False)]
    stride, pad = choose(rng, (1, 2, 3)), choose(rng, (0, 1))
    made = (stride * (pixels - 1) + entries - 2 * pad for pixels, entries in zip(image, kernel, strict=True))
    inputs = {
        "x": normal(rng, samples, channels, *image),
        "w": normal(rng, channels, filters, *kernel),
        "b": normal(rng, filters),
        "dout": normal(rng, samples, filters, *made),
    }
    return Drawn(inputs, {"conv_param": {"stride": stride, "pad": pad}})


def convolution(name: str, draw: Draw) -> Contract:
    """The row of one."""
    return Contract(
        name=name,
        functions=(
            Function(f"{name}_forward", ("x", "w", "b", "conv_param"), ("out", "cache")),
            Function(f"{name}_backward", ("dout", "cache"), tuple(GRADIENTS)),
        ),
        scenarios=(Scenario("ordinary", draw),),
        reference=twin("convolution_others", f"{name}_forward", wrt=GRADIENTS),
        observes={"out": "forward", **dict.fromkeys(GRADIENTS, "gradient")},
        gradients=GRADIENTS,
    )


CONTRACTS = (convolution("conv1d", draw_over_time), convolution("conv_transpose", draw_transposed))
