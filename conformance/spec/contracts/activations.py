"""relu, leaky_relu, sigmoid, tanh: elementwise, any shape."""

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal, spread
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Draw,
    Drawn,
    Function,
    Observations,
    Scenario,
    twin,
)
from gradproof.conformance.spec.in_use.draws import upstream
from gradproof.conformance.spec.in_use.unusual import whole_numbers

INFINITE_HINT = "there are infinities among the inputs: infinity times 0, or less infinity, is NaN, so choose elements"
SATURATED_HINT = "exp(x) or exp(-x) overflows there: use the one that does not, each on its own side of 0"
FOUR_EVERY = 5
NEXT_TO_THE_KINK = (1e-4, 1e-7, 1e-10, 1e-30)
EXTREMES = (-1e4, -800.0, -100.0, -20.0, 20.0, 100.0, 800.0, 1e4)


def _shape(rng: np.random.Generator, size: int) -> tuple[int, ...]:
    """One to three dimensions; four of them, and more samples than any other case has, where the size says so."""
    if size % FOUR_EVERY == 0:
        return (17, *(length(rng, 3) for _ in range(3)))
    return tuple(length(rng, size) for _ in range(int(rng.integers(1, 4))))


def _options(rng: np.random.Generator, leaky: bool) -> dict[str, float]:
    return {"negative_slope": choose(rng, (0.01, 0.2, 0.3))} if leaky else {}


def draw_piecewise(leaky: bool) -> Draw:
    """Inputs clear of the kink at 0."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        shape = _shape(rng, size)
        x = spread(rng, shape)
        return Drawn({"x": x, "dout": upstream(rng, size, *shape)}, _options(rng, leaky))

    return draw


def draw_kinked(leaky: bool) -> Draw:
    """As above, with some elements exactly on the kink, and some next to it: it is at 0, and no threshold beside it."""

    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        drawn = draw_piecewise(leaky)(rng, size + 2, dialect)
        flat = drawn.inputs["x"].reshape(-1)
        flat[1::3] = 0.0
        flat[2::3] *= rng.choice(NEXT_TO_THE_KINK, flat[2::3].shape)
        return drawn

    return draw


def draw_infinite(leaky: bool) -> Draw:
    """Infinities of both signs among ordinary elements."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        rows = length(rng, size)
        x = np.concatenate([spread(rng, (rows, 2)), np.tile([-np.inf, np.inf], (rows, 1))], axis=1)
        return Drawn({"x": x, "dout": normal(rng, *x.shape)}, _options(rng, leaky))

    return draw


def draw_not_a_number(leaky: bool) -> Draw:
    """Some elements are NaN."""

    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        drawn = draw_piecewise(leaky)(rng, size + 2, dialect)
        drawn.inputs["x"].reshape(-1)[::2] = np.nan
        return drawn

    return draw


def draw_smooth(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Inputs where a sigmoid is curved, none so far out that a single slope could be lost in rounding."""
    shape = _shape(rng, size)
    return Drawn({"x": choose(rng, (0.1, 1.0, 1.5)) * normal(rng, *shape), "dout": upstream(rng, size, *shape)})


def draw_whole(leaky: bool) -> Draw:
    """Whole numbers of both signs, none of them 0."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        shape = _shape(rng, size)
        x = rng.integers(1, 4, shape) * rng.choice([-1, 1], shape)
        return Drawn({"x": x, "dout": normal(rng, *shape)}, _options(rng, leaky))

    return draw


def draw_saturated(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Inputs at which exp(x) or exp(-x) overflows, beside ordinary ones."""
    rows = length(rng, size)
    x = np.concatenate([normal(rng, rows, 2), np.tile(EXTREMES, (rows, 1))], axis=1)
    return Drawn({"x": x, "dout": normal(rng, *x.shape)})


def accept_any_slope(case: Case, observed: Observations, expected: Observations) -> Observations:
    """On the kink the dialect says which slope is expected; under ``either``, the submission's if it may be one.

    The subgradients at 0 are the slopes from that of the negative side to 1.
    """
    slope = case.dialect.relu_slope
    on_kink = case["x"] == 0
    if slope == "zero" or "dx" not in observed or not on_kink.any():
        return expected
    flat, steep, given = expected["dx"], case["dout"], observed["dx"]
    is_between = (np.minimum(flat, steep) <= given) & (given <= np.maximum(flat, steep))
    chosen = steep if slope == "one" else np.where(is_between, given, flat)
    return {**expected, "dx": np.where(on_kink, chosen, flat)}


def gradient_at_nan_is_free(case: Case, observed: Observations, expected: Observations) -> Observations:
    """No convention says what the gradient at NaN is: whatever the submission gives there is expected."""
    aligned = accept_any_slope(case, observed, expected)
    if "dx" not in observed:
        return aligned
    return {**aligned, "dx": np.where(np.isnan(case["x"]), observed["dx"], aligned["dx"])}


def _functions(name: str, leaky: bool) -> tuple[Function, ...]:
    takes = ("x", "negative_slope") if leaky else ("x",)
    return (
        Function(f"{name}_forward", takes, ("out", "cache")),
        Function(f"{name}_backward", ("dout", "cache"), ("dx",)),
    )


def piecewise(name: str, leaky: bool) -> Contract:
    """The row of a rectifier."""
    return Contract(
        name=name,
        functions=_functions(name, leaky),
        scenarios=(
            Scenario("ordinary", draw_piecewise(leaky), share=3),
            Scenario("kink", draw_kinked(leaky), smooth=False),
            Scenario(
                "infinite",
                draw_infinite(leaky),
                check="stability",
                smooth=False,
                hint=INFINITE_HINT,
                hints_at_overflow=True,
            ),
            Scenario("not_a_number", draw_not_a_number(leaky), check="nan_propagation", smooth=False),
            whole_numbers(draw_whole(leaky), place=22),
        ),
        reference=twin("activations", f"{name}_forward", wrt={"dx": "x"}),
        observes={"out": "forward", "dx": "gradient"},
        gradients={"dx": "x"},
        dialects=() if leaky else ("relu_slope",),
        align=gradient_at_nan_is_free,
    )


def sigmoidal(name: str) -> Contract:
    """The row of a saturating activation."""
    return Contract(
        name=name,
        functions=_functions(name, leaky=False),
        scenarios=(
            Scenario("ordinary", draw_smooth, share=3),
            Scenario(
                "saturated",
                draw_saturated,
                check="stability",
                smooth=False,
                hint=SATURATED_HINT,
                hints_at_overflow=True,
            ),
        ),
        reference=twin("activations", f"{name}_forward", wrt={"dx": "x"}),
        observes={"out": "forward", "dx": "gradient"},
        gradients={"dx": "x"},
    )


CONTRACTS = (
    piecewise("relu", leaky=False),
    piecewise("leaky_relu", leaky=True),
    sigmoidal("sigmoid"),
    sigmoidal("tanh"),
)
