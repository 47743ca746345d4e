"""spatial_batchnorm, spatial_groupnorm and instancenorm."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Draw, choose, length
from gradproof.conformance.spec.contract import Case, Contract, Dialect, Drawn, Function, Scenario, twin
from gradproof.conformance.spec.contracts import normalization
from gradproof.conformance.spec.contracts.normalization import (
    FAR_MEAN_HINT,
    JUDGES,
    LONG_HINT,
    STEPS,
    draws,
    exercise_batchnorm,
)
from gradproof.conformance.spec.contracts.normalization.draws import (
    GRADIENTS,
    STATISTICS,
    affine_part,
    batch,
    eps_option,
    far_means,
)
from gradproof.conformance.spec.in_use.draws import upstream
from gradproof.conformance.spec.in_use.unusual import unusual
from gradproof.conformance.spec.running import from_either_start

PIXELS = (8, 12, 6)  # in a batch, so that images, rows and columns are several
SIDES = (1, 2, 3)

DEAD_HINT = "a channel is the same in all images: its variance is 0, and eps is all there is under the root"
GROUPS_HINT = "G is the number of groups, each of C / G neighbouring channels of one image with all their pixels"


def pixels(rng: np.random.Generator, size: int, _least_samples: int, least_features: int) -> tuple[int, int]:
    """How many pixels all images of a batch have together, and how many channels."""
    return choose(rng, PIXELS[: 3 + size // 2]), length(rng, min(size, 4), least_features)


def of_images(draw: Draw) -> Draw:
    """The rows that are drawn become pixels of images, so that each channel is as well off as a feature was."""

    def draw_images(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        inputs, options = draw(rng, size, dialect)
        _, *grid = choose(rng, _grids(len(inputs["x"]), not_square=size % 2 == 0))
        rows = {name: array for name, array in inputs.items() if array.ndim == 2}
        images = {name: a.reshape(-1, *grid, a.shape[1]).transpose(0, 3, 1, 2) for name, a in rows.items()}
        return Drawn({**inputs, **images}, options)

    return draw_images


def _grids(count: int, not_square: bool) -> list[tuple[int, int, int]]:
    """Samples, rows and columns of so many pixels: rows and columns that are several, and not as many; or images."""
    grids = [(n, h, count // n // h) for n in _divisors(count) for h in _divisors(count // n)]
    if not_square:
        return [(n, h, w) for n, h, w in grids if h != w and min(h, w) > 1]
    return [(n, h, w) for n, h, w in grids if n > 1 and h * w > 1] or grids


def _divisors(count: int) -> list[int]:
    return [d for d in range(1, count + 1) if count % d == 0]


def draw_grouped(kind: str, groups: str = "some", far: bool = False) -> Draw:
    """Images, each of whose groups of channels is drawn as a row of layer normalization is."""

    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        samples, count, channels = (length(rng, min(size, 3), least) for least in (1, 2, 2))
        count, channels = {"some": (count, channels), "one": (1, channels), "each": (count, 1)}[groups]
        height, width = rng.choice(SIDES, 2, replace=False)
        inputs = {"x": batch(rng, samples * count, channels * height * width, axis=1)}
        if far:
            inputs["x"] += inputs["x"].std(axis=1, keepdims=True) * far_means(rng, samples * count, 1)
        inputs["x"] = inputs["x"].reshape(samples, count * channels, height, width)
        inputs.update(affine_part(rng, count * channels))
        if kind == "gn" and dialect.groupnorm_scale == "image":
            inputs.update({name: inputs[name].reshape(1, -1, 1, 1) for name in ("gamma", "beta")})
        inputs["dout"] = upstream(rng, size, *inputs["x"].shape)
        options = {"G": count} if kind == "gn" else {}
        return Drawn(inputs, {**options, f"{kind}_param": eps_option(size)})

    return draw


def group_options(case: Case) -> dict[str, object]:
    """The options of the call, G by the name that torch's function has for it here."""
    return {"groups" if name == "G" else name: value for name, value in case.scalar_options().items()}


def batchnorm_scenario(
    name: str, draw: Callable[..., Drawn], share: int = 1, hint: str = "", check: str | None = None
) -> Scenario:
    """Cases of batch normalization, of images."""
    return Scenario(name, of_images(partial(draw, counts=pixels)), share, check, smooth=check is None, hint=hint)


def grouped(name: str, kind: str, scenarios: tuple[Scenario, ...], takes: tuple[str, ...]) -> Contract:
    """The row of a normalization by groups of channels."""
    return Contract(
        name=name,
        functions=(
            Function(f"{name}_forward", ("x", "gamma", "beta", *takes), ("out", "cache")),
            Function(f"{name}_backward", ("dout", "cache"), tuple(GRADIENTS)),
        ),
        scenarios=scenarios,
        reference=twin("normalization_spatial", f"{name}_forward", wrt=GRADIENTS, options=group_options),
        observes=JUDGES,
        gradients=GRADIENTS,
        dialects=("groupnorm_scale",) if kind == "gn" else (),
    )


def far(kind: str, groups: str) -> Scenario:
    """Groups whose mean is 100 or 1,000 times their deviation."""
    draw = draw_grouped(kind, groups, far=True)
    return Scenario("large_mean", draw, check="stability", smooth=False, hint=FAR_MEAN_HINT)


CONTRACTS = (
    Contract(
        name="spatial_batchnorm",
        functions=(
            Function("spatial_batchnorm_forward", ("x", "gamma", "beta", "bn_param"), ("out", "cache")),
            Function("spatial_batchnorm_backward", ("dout", "cache"), tuple(GRADIENTS)),
        ),
        scenarios=(
            batchnorm_scenario("train", draws.draw_train, share=3),
            batchnorm_scenario("test", draws.draw_test),
            batchnorm_scenario("sequence", draws.draw_sequence),
            batchnorm_scenario("large_mean", draws.draw_large_mean, hint=FAR_MEAN_HINT, check="stability"),
            batchnorm_scenario("dead_channel", draws.draw_dead_feature, hint=DEAD_HINT, check="stability"),
            replace(batchnorm_scenario("long_sequence", draws.draw_long_sequence, hint=LONG_HINT), places=(18, 21)),
            unusual("unknown_mode", of_images(partial(draws.draw_unknown_mode, counts=pixels)), place=22),
        ),
        exercise=exercise_batchnorm(
            "spatial_batchnorm_backward", with_statistics=True, forward="spatial_batchnorm_forward"
        ),
        properties=normalization.is_no_training,
        reference=normalization.reference_batchnorm,
        observes={**JUDGES, **dict.fromkeys((*STATISTICS, *STEPS, "test_out"), "running_statistics")},
        gradients=GRADIENTS,
        dialects=("running_variance", "momentum"),
        needs={"test_out": "forward"},
        align=from_either_start,
        updates=STATISTICS,
        builds_on=("batchnorm", "batchnorm_alt"),
    ),
    grouped(
        "spatial_groupnorm",
        "gn",
        (
            Scenario("groups", draw_grouped("gn"), share=2, hint=GROUPS_HINT),
            Scenario("one_group", draw_grouped("gn", "one"), hint="G is 1: all channels of an image are one group"),
            Scenario("group_each", draw_grouped("gn", "each"), hint="G is C: each channel is a group of its own"),
            far("gn", "some"),
        ),
        ("G", "gn_param"),
    ),
    grouped(
        "instancenorm",
        "in",
        (Scenario("ordinary", draw_grouped("in", "each"), share=3), far("in", "each")),
        ("in_param",),
    ),
)
