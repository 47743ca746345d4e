"""dropout2d: as dropout, channel by channel. The mask is the submission's own choice and read off the output."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal, spread
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Finding,
    Function,
    Kind,
    Observations,
    Scenario,
    Subject,
    twin,
)
from gradproof.conformance.spec.contracts.dropout import is_beyond_chance, keep_of, level_of, p_of, same_number_in
from gradproof.conformance.spec.findings import CheckName, found

SCALING = CheckName.DROPOUT_SCALING
KEEPS = (0.3, 0.65, 0.9)
CHANNELS = (60, 80, 1, 2)
MASKS = ("mask_1", "mask_2")


def _is_sample(case: Case) -> bool:
    return case["x"].shape == CHANNELS


def draw(mode: str, rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """Small images, no zeros in x."""
    shape = (length(rng, min(size, 3)), length(rng, min(size, 5)), *(length(rng, 3) for _ in range(2)))
    options = _options(rng, mode, dialect)
    options["dropout_param"]["seed"] = int(rng.integers(1, 10_000))
    return Drawn({"x": spread(rng, shape), "dout": normal(rng, *shape)}, options)


def draw_sample(rng: np.random.Generator, _size: int, dialect: Dialect) -> Drawn:
    """Many channels, so that rates can be told from chance."""
    return Drawn({"x": np.ones(CHANNELS)}, _options(rng, "train", dialect))


def _options(rng: np.random.Generator, mode: str, dialect: Dialect) -> dict[str, dict[str, str | float]]:
    return {"dropout_param": {"mode": mode, "p": p_of(choose(rng, KEEPS), dialect)}}


def exercise(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Forward and backward once; of a sample, forward twice."""
    param = case.options["dropout_param"]
    assert not isinstance(param, str | int | float)
    if _is_sample(case):
        for name in MASKS:
            yield name, subject.call("dropout2d_forward", case["x"].copy(), dict(param))[0]
        return
    out, cache = subject.call("dropout2d_forward", case["x"], dict(param))
    yield "out", out
    yield from zip(("dx",), subject.call("dropout2d_backward", case["dout"], cache), strict=True)


def reference(case: Case) -> Observations:
    """What every element becomes if it is kept. A sample has no such answer: its properties are judged."""
    if _is_sample(case):
        return {}
    options = {"keep": keep_of(case), "inverted": True, "training": case.scalar_options()["mode"] == "train"}
    return twin("dropout_channels", "dropout_kept", wrt={"dx": "x"}, options=lambda _case: options)(case)


def through_the_same_channels(case: Case, observed: Observations, expected: Observations) -> Observations:
    """The expected values in the channels of which the submission kept anything, 0 in the others."""
    if "out" not in observed or "out" not in expected or case.scalar_options()["mode"] == "test":
        return expected
    kept = (observed["out"] != 0).any(axis=(2, 3), keepdims=True)
    return {name: np.where(kept, value, 0) for name, value in expected.items()}


def properties(case: Case, observed: Observations) -> Iterator[Finding]:
    """Whole channels, as many as the rate says, and others in the second call; chance stays below dropout's."""
    if not _is_sample(case):
        return
    kept = [observed[name] != 0 for name in MASKS if name in observed and observed[name].shape == CHANNELS]
    if len(kept) < len(MASKS):
        yield found(Kind.SHAPE, check=CheckName.INTERFACE, observation="out", got=(), expected=CHANNELS)
        return
    if any((mask[..., :1] != mask).any() for mask in kept):
        yield found(Kind.PIXELS_DROPPED, check=SCALING)
        return
    first, second = (mask[:, :, 0, 0] for mask in kept)
    keep, level, p = keep_of(case), level_of(case.index), case.scalar_options()["p"]
    count = int(first.sum())
    if is_beyond_chance(count, first.size, keep, level):
        counts = {"kept": count, "size": first.size, "rate": count / first.size, "keep": keep}
        yield found(Kind.KEEP_RATE, check=SCALING, **counts, p=p, convention=case.dialect.dropout_p)
        return
    agreement = keep**2 + (1 - keep) ** 2
    for lines, one, other in (("rows", first[::2], first[1::2]), ("columns", first[:, ::2], first[:, 1::2])):
        if is_beyond_chance(int((one == other).sum()), one.size, agreement, level):
            yield found(Kind.DEPENDENT_MASKS, check=SCALING, lines=lines)
            return
    if lines := same_number_in(first, level):
        yield found(Kind.DEPENDENT_MASKS, check=SCALING, lines=lines)
    elif is_beyond_chance(int((first == second).sum()), first.size, agreement, level):
        same = "are_the_same" if bool((first == second).all()) else "are_not_independent"
        yield found(Kind.ALIKE_MASKS, check=SCALING, calls="without_a_seed", same=same)


CONTRACTS = (
    Contract(
        name="dropout2d",
        functions=(
            Function("dropout2d_forward", ("x", "dropout_param"), ("out", "cache")),
            Function("dropout2d_backward", ("dout", "cache"), ("dx",)),
        ),
        scenarios=(
            Scenario("train", partial(draw, "train"), share=3, repeatable=False, smooth=False),
            Scenario("test", partial(draw, "test")),
            Scenario("sample", draw_sample, repeatable=False, smooth=False),
        ),
        exercise=exercise,
        reference=reference,
        observes={"out": "dropout_scaling", **dict.fromkeys(MASKS, "dropout_scaling"), "dx": "gradient"},
        gradients={"dx": "x"},
        dialects=("dropout_p",),
        takes_seed=True,
        align=through_the_same_channels,
        properties=properties,
    ),
)
