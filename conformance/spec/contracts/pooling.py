"""max_pool, avg_pool and their fast versions: over windows that fill the image exactly."""

from dataclasses import replace

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, choose, length
from gradproof.conformance.spec.contract import Case, Contract, Dialect, Drawn, Function, Observations, Scenario, twin
from gradproof.conformance.spec.contracts.convolution import MOST_WINDOWS, fitting, side, two_different
from gradproof.conformance.spec.in_use.draws import MANY_HINT, upstream

GRADIENTS = {"dx": "x"}
SIZES = (1, 2, 3)
LARGE = 17  # side of a window
TILES = (2, 3)  # windows each way, where they lie side by side
STEP = 0.05  # between two values
NEARLY = 2.0**-19  # between two values that are nearly the same: np.isclose takes them for it, rounding does not
AT_THE_TOP = 0.6  # the share of the entries that tie

NON_SQUARE_HINT = "images and windows are not square: rows and columns each have a count and a size of their own"
OVERLAP_HINT = "the windows overlap: a pixel may be in several of them, and gets the sum of what they hand back"
TIES_HINT = "several entries of a window are its maximum, or nearly: what is a little less is not"


def draw_pool(
    strides: tuple[int, ...],
    is_square: bool = False,
    is_tiled: bool = False,
    overlaps: bool = False,
    ties: bool = False,
    nearly: bool = False,
    has_many: bool = False,
) -> Draw:
    """Images without two values near each other, or with the same maximum in most windows several times."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        samples, channels = (17, 2) if has_many else (length(rng, 2), length(rng, 2))
        stride = int(choose(rng, strides))
        window = two_different(rng, tuple(k for k in SIZES if k > stride) if overlaps else SIZES)
        counts = tuple(MOST_WINDOWS if overlaps else fitting(rng, k, stride) for k in window)
        if is_tiled:
            window, counts = (stride, stride), two_different(rng, TILES)
        if is_square:
            window, counts = (stride, stride), (int(choose(rng, TILES)),) * 2
        image = (samples, channels, *(side(k, n, stride) for k, n in zip(window, counts, strict=True)))
        x = distinct(rng, image)
        if ties:  # at 0, which stays where it is when the yardstick moves everything else by an ulp
            x = np.where(rng.random(image) < AT_THE_TOP, 0.0, x - x.max() - STEP)
        if nearly:
            top = 1 + NEARLY * rng.permutation(x.size).reshape(image)
            x = np.where(rng.random(image) < AT_THE_TOP, top, x - x.max() - STEP)
        param = {"pool_height": window[0], "pool_width": window[1], "stride": stride}
        return Drawn({"x": x, "dout": upstream(rng, size, samples, channels, *counts)}, {"pool_param": param})

    return draw


def draw_large(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Two windows side by side of more pixels than there are numbers of 8 bits; the last of each is its maximum."""
    image, param = (1, 1, LARGE, 2 * LARGE), {"pool_height": LARGE, "pool_width": LARGE, "stride": LARGE}
    x = distinct(rng, image)
    x[0, 0, -1, [LARGE - 1, -1]] = x.max() + STEP, x.max() + 2 * STEP
    return Drawn({"x": x, "dout": upstream(rng, size, 1, 1, 1, 2)}, {"pool_param": param})


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Values of both signs, any two of them at least half a STEP apart: clear of the kinks of a maximum."""
    ranks = rng.permutation(int(np.prod(shape))) + rng.uniform(-0.25, 0.25, int(np.prod(shape)))
    return np.asarray(STEP * (ranks - ranks.mean())).reshape(shape)


def accept_any_tie(case: Case, observed: Observations, expected: Observations) -> Observations:
    """Of several maxima the dialect says which gets the gradient; under ``either``, as the submission has it."""
    ties = case.dialect.pool_ties
    if ties == "first" or "dx" not in observed:
        return expected
    if ties != "either":
        return {**expected, "dx": _shared(case, ties)}
    conventions = (expected["dx"], _shared(case, "all"), _shared(case, "split"))
    return {**expected, "dx": min(conventions, key=lambda dx: _distance(observed["dx"], dx))}


def _shared(case: Case, ties: str) -> Array:
    """The gradient where each of several maxima of a window gets it whole, or an equal share."""
    x, options = case["x"].astype(float), case.scalar_options()
    height, width, stride = (int(options[name]) for name in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(case["dout"].shape):
        window = (n, c, slice(i * stride, i * stride + height), slice(j * stride, j * stride + width))
        is_maximum = x[window] == x[window].max()
        dx[window] += is_maximum * case["dout"][n, c, i, j] / (is_maximum.sum() if ties == "split" else 1)
    return dx


def _distance(observed: Array, expected: Array) -> float:
    difference = np.abs(observed - expected)
    return float(np.where(np.isfinite(difference), difference, np.inf).sum())


def pool(kind: str, version: str) -> Contract:
    """The row of one version of a pooling."""
    many = draw_pool((2,), is_tiled=True, has_many=True)
    scenarios = (
        Scenario("square", draw_pool((2, 3), is_square=True), further=(draw_pool((2, 3), is_tiled=True),)),
        Scenario("non_square", draw_pool((1, 2)), share=2, hint=NON_SQUARE_HINT),
        Scenario("overlapping", draw_pool((1,), overlaps=True), hint=OVERLAP_HINT),
        Scenario("many_samples", many, places=(20, 23), hint=MANY_HINT, further=(draw_large,)),
    )
    exactly, nearly = draw_pool((1, 2), ties=True), draw_pool((1, 2), nearly=True)
    both = (exactly, nearly, nearly)  # each in both dtypes, which alternate
    ties = Scenario("ties", exactly, share=2, smooth=False, hint=TIES_HINT, further=both)
    row = Contract(
        name=f"{kind}_pool" if version == "naive" else f"{kind}_pool_{version}",
        functions=(
            Function(f"{kind}_pool_forward_{version}", ("x", "pool_param"), ("out", "cache")),
            Function(f"{kind}_pool_backward_{version}", ("dout", "cache"), ("dx",)),
        ),
        scenarios=scenarios,
        reference=twin("pooling", f"{kind}_pool_forward", wrt=GRADIENTS),
        observes={"out": "forward", "dx": "gradient"},
        gradients=GRADIENTS,
    )
    if kind == "avg":
        return row
    return replace(row, scenarios=(*scenarios, ties), dialects=("pool_ties",), align=accept_any_tie)


CONTRACTS = tuple(pool(kind, version) for kind in ("max", "avg") for version in ("naive", "fast"))
