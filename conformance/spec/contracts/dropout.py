"""dropout: what is kept is scaled exactly, how much is kept is judged by binomial bounds, the rest follows the mask.

The mask is the submission's own choice. It is read off the output, whose input has no zeros, and the reference answer,
recorded as if everything were kept, is masked with it before the comparison.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Array, choose, length, spread
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
from gradproof.conformance.spec.findings import CheckName, found
from gradproof.conformance.spec.in_use.draws import upstream

SCALING = CheckName.DROPOUT_SCALING
KEEP_PROBABILITIES = (0.3, 0.65, 0.9)
SAMPLE_SHAPE = (60, 80)
IMAGES = (15, 4, 8, 10)  # the same number of elements
FOUR_EVERY = 5
FALSE_ALARM = 1e-6
TESTS_PER_CASE = 18

FORWARD = Function("dropout_forward", ("x", "dropout_param"), ("out", "cache"))
BACKWARD = Function("dropout_backward", ("dout", "cache"), ("dx",))


def p_of(keep: float, dialect: Dialect) -> float:
    """What p is under a dialect, for a probability to be kept."""
    return keep if dialect.dropout_p == "keep" else round(1 - keep, 6)


def _is_sample(case: Case) -> bool:
    return case["x"].size == math.prod(SAMPLE_SHAPE)


def keep_of(case: Case) -> float:
    """The probability to be kept, whatever p means under the case's dialect."""
    p = float(case.scalar_options()["p"])
    return p if case.dialect.dropout_p == "keep" else 1 - p


def draw(mode: str, keeps: tuple[float, ...], rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """Any shape, no zeros in x, a seed for the call."""
    axes = 4 if size % FOUR_EVERY == 0 else int(rng.integers(1, 4))
    shape = tuple(length(rng, size + 1 if axes < 4 else 3) for _ in range(axes))
    seed = int(rng.integers(1, 10_000))
    options: dict[str, str | float] = {"mode": mode, "p": p_of(choose(rng, keeps), dialect), "seed": seed}
    return Drawn({"x": spread(rng, shape), "dout": upstream(rng, size, *shape)}, {"dropout_param": options})


def draw_sample(
    keep: float, rng: np.random.Generator, _size: int, dialect: Dialect, shape: tuple[int, ...] = SAMPLE_SHAPE
) -> Drawn:
    """A large input, so that rates and independence can be told from chance."""
    options: dict[str, str | float] = {"mode": "train", "p": p_of(keep, dialect)}
    return Drawn({"x": rng.choice([-1.0, 1.0], shape)}, {"dropout_param": options})


def exercise(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Forward and backward once; or, for a sample, forward several times without a seed and with three seeds."""
    param = case.options["dropout_param"]
    assert not isinstance(param, str | int | float)
    x = case["x"]
    if _is_sample(case):
        for name, seed in (
            ("mask_1", {}),
            ("mask_2", {}),
            ("seeded_1", {"seed": 1}),
            ("seeded_2", {"seed": 2}),
            ("seeded_again", {"seed": 1}),
        ):
            yield name, subject.call("dropout_forward", x.copy(), {**param, **seed})[0]
        return
    out, cache = subject.call("dropout_forward", x, dict(param))
    yield "test_out" if param["mode"] == "test" else "out", out
    if param["mode"] == "test" and case.dialect.dropout == "vanilla":
        return  # nobody says what a backward gives after a test-time forward that scales
    (dx,) = subject.call("dropout_backward", case["dout"], cache)
    yield "dx", dx


def reference(case: Case) -> Observations:
    """What every element becomes if it is kept. A sample has no such answer: its properties are judged."""
    if _is_sample(case):
        return {}
    outcome = "test_out" if case.scalar_options()["mode"] == "test" else "out"
    answer = twin(
        "dropout",
        "dropout_kept",
        returns=(outcome,),
        wrt={} if outcome == "test_out" and case.dialect.dropout == "vanilla" else {"dx": "x"},
        objective=outcome,
        options=lambda case: {
            "keep": keep_of(case),
            "inverted": case.dialect.dropout == "inverted",
            "training": outcome == "out",
        },
    )
    return answer(case)


def through_the_same_mask(case: Case, observed: Observations, expected: Observations) -> Observations:
    """The expected values at the elements that the submission kept, 0 at the others; all, if nothing may be dropped."""
    if "out" not in observed or "out" not in expected or keep_of(case) == 1:
        return expected
    kept = observed["out"] != 0
    return {name: np.where(kept, value, 0) for name, value in expected.items()}


def level_of(index: int) -> float:
    """The false-alarm probability of each test of a case: all of them together, over all cases, stay at FALSE_ALARM."""
    return FALSE_ALARM * 6 / (math.pi * (index + 1)) ** 2 / TESTS_PER_CASE


def is_beyond_chance(successes: int, trials: int, probability: float, false_alarm: float) -> bool:
    """Whether a binomial count is further from its mean than chance allows.

    By the Chernoff bound, P(count at least this far on this side) <= exp(-n KL(k/n || p)); exact for every n, no
    normal approximation.
    """
    rate = successes / trials
    pairs = [(a, b) for a, b in ((rate, probability), (1 - rate, 1 - probability)) if a > 0]
    if any(b == 0 for _, b in pairs):
        return True
    divergence = sum(a * math.log(a / b) for a, b in pairs)
    return trials * divergence > math.log(2 / false_alarm)


def _dependent_neighbours(mask: Array, rate: float, beyond_chance: Callable[[int, int, float], bool]) -> str:
    half = len(mask) // 2
    pairs = (
        ("rows", mask[0::2], mask[1::2]),
        ("columns", mask[:, 0::2], mask[:, 1::2]),
        ("halves", mask[:half], mask[half:]),
    )
    for what, first, second in pairs:
        if beyond_chance(int((first == second).sum()), first.size, rate**2 + (1 - rate) ** 2):
            return what
    return ""


def _repetition(mask: Array, agreement: float, level: float) -> str:
    """Rows or columns that occur twice, where chance would hardly ever let any pair of them agree throughout."""
    for what, lines in (("two_rows", mask), ("two_columns", mask.T)):
        count, length_ = lines.shape
        chance = math.comb(count, 2) * agreement**length_
        told = lines.tobytes()
        if chance <= level and len({told[i : i + length_] for i in range(0, len(told), length_)}) < count:
            return what
    return ""


def same_number_in(mask: Array, level: float) -> str:
    """The lines of which each keeps the same number, where chance would hardly ever let all of them."""
    for what, lines in (("counted_rows", mask), ("counted_columns", mask.T)):
        (first, *others), size = lines.sum(axis=1).tolist(), lines.shape[1]
        rate = first / size
        ways = math.comb(size, first)
        likely = ways * rate**first * (1 - rate) ** (size - first)  # no number is likelier at any rate
        if set(others) == {first} and likely < 1 and len(others) * math.log(likely) <= math.log(level):
            return what
    return ""


def properties(case: Case, observed: Observations) -> Iterator[Finding]:
    """Keep rate; independence over elements, rows and calls; the same seed gives the same mask.

    The chance of a false alarm is FALSE_ALARM over all cases of a run together: case k has the share
    6 / (pi^2 (k+1)^2), and each of its tests an equal part of that.
    """
    if not _is_sample(case):
        return
    shape = case["x"].shape
    masks = {
        name: (array != 0).reshape(-1, SAMPLE_SHAPE[1]) for name, array in observed.items() if array.shape == shape
    }
    for array in observed.values():
        if array.shape != shape:
            yield found(Kind.SHAPE, check=CheckName.INTERFACE, observation="out", got=array.shape, expected=shape)
    if len(masks) < 5:
        return
    level = level_of(case.index)
    beyond_chance = partial(is_beyond_chance, false_alarm=level)
    keep = keep_of(case)
    agreement = keep**2 + (1 - keep) ** 2
    p = case.scalar_options()["p"]

    for name in ("mask_1", "seeded_1"):
        mask = masks[name]
        kept = int(mask.sum())
        is_off = beyond_chance(kept, mask.size, keep)
        dependent = _dependent_neighbours(mask, kept / mask.size if is_off else keep, beyond_chance)
        dependent = dependent or ("" if is_off else _repetition(mask, agreement, level) or same_number_in(mask, level))
        if dependent:
            yield found(Kind.DEPENDENT_MASKS, check=SCALING, lines=dependent)
            return
        if is_off:
            counts = {"kept": kept, "size": mask.size, "rate": kept / mask.size, "keep": keep}
            yield found(Kind.KEEP_RATE, check=SCALING, **counts, p=p, convention=case.dialect.dropout_p)
            return
    for calls, first, second in (
        ("without_a_seed", masks["mask_1"], masks["mask_2"]),
        ("with_different_seeds", masks["seeded_1"], masks["seeded_2"]),
    ):
        if beyond_chance(int((first == second).sum()), first.size, agreement):
            same = "are_the_same" if bool((first == second).all()) else "are_not_independent"
            yield found(Kind.ALIKE_MASKS, check=SCALING, calls=calls, same=same)
    if not np.array_equal(masks["seeded_1"], masks["seeded_again"]):
        yield found(Kind.SEED_IGNORED, check=CheckName.DETERMINISM)


CONTRACTS = (
    Contract(
        name="dropout",
        functions=(FORWARD, BACKWARD),
        scenarios=(
            Scenario("train", partial(draw, "train", (*KEEP_PROBABILITIES, 0.05, 0.5)), share=3),
            Scenario("test", partial(draw, "test", KEEP_PROBABILITIES)),
            Scenario("keep_all", partial(draw, "train", (1.0,))),
            *(
                Scenario(f"sample_{keep}", partial(draw_sample, keep), repeatable=False, smooth=False)
                for keep in KEEP_PROBABILITIES
            ),
            Scenario(
                "sample_of_images",
                partial(draw_sample, 0.65, shape=IMAGES),
                repeatable=False,
                smooth=False,
                places=(18, 21),
                hint="x has four axes: every element is drawn on its own there too",
            ),
        ),
        exercise=exercise,
        reference=reference,
        observes={
            "test_out": "forward",
            "out": "dropout_scaling",
            **dict.fromkeys(("mask_1", "mask_2", "seeded_1", "seeded_2", "seeded_again"), "dropout_scaling"),
            "dx": "gradient",
        },
        gradients={"dx": "x"},
        dialects=("dropout_p", "dropout"),
        takes_seed=True,
        align=through_the_same_mask,
        properties=properties,
    ),
)
