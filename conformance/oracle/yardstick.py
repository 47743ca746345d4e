"""How far apart two answers may be: the only home of a tolerance.

For a case in dtype T, ``ref64`` is the reference in float64 on the inputs as rounded to T. The reference runs K more
times in float32 on inputs moved by one float32 ulp at random signs, and

    S = max_k |ref32_k - ref64| * eps_T / eps_32  +  eps_T * |ref64|  +  tiny_T

is what a good implementation loses on this very case, cancellation included. Where a contract names further stable
formulas (softmax by log-sum-exp beside softmax by shifted scores), their float32 runs count as well. tiny_T, the
smallest normal number of T, allows for results that underflow. An answer is right if its error stays within a fixed
multiple of S, as a norm and element by element. For the element-by-element comparison S is raised by eps_T times the
root mean square of the whole array: a value far below its neighbours may be lost against them in rounding (the slope
of a saturated sigmoid is 0 by ``out * (1 - out)`` and 4e-44 by a better formula; torch has the former). The two
multiples hold for every layer and dtype; ``benchmarks/figures.py`` measures them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Array, Case, generator
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.in_use.unusual import OF_WHOLE_NUMBERS
from gradproof.conformance.spec.words.said import say

NORMWISE = 32.0
ELEMENTWISE = 1000.0
REFERENCE_RUNS = 4
CHECKERBOARDS_KEPT = 1024
SMALL, LARGE = 1e-200, 1e200  # between which a sum of squares has lost nothing
SAME_UNIT = 4.0  # float32 runs round differently from one version to the next


@dataclass(frozen=True)
class Comparison:
    """How an answer stands against the expected one, in units of the yardstick."""

    normwise: float
    elementwise: float
    worst: tuple[int, ...]
    expected: float
    got: float

    @property
    def ratio(self) -> float:
        """The larger of the two errors, each over its limit. The answer is right up to 1."""
        return max(self.normwise / NORMWISE, self.elementwise / ELEMENTWISE)

    @property
    def is_right(self) -> bool:
        """Whether the error is within the yardstick. NaN never is."""
        return self.ratio <= 1


class Measure(NamedTuple):
    """What an expected value is compared by: element by element, and as a norm."""

    expected: Array
    elementwise: Array
    normwise: float


class Precision(NamedTuple):
    """What rounding does in a dtype: the distance from 1 to the next number, and the smallest normal number."""

    eps: float
    tiny: float


@cache
def precision(dtype: str) -> Precision:
    """The precision of a float dtype, NumPy's or bfloat16. Raises UsageError for any other."""
    if dtype == "bfloat16":
        return Precision(2.0**-7, float(np.finfo(np.float32).tiny))
    try:
        info = np.finfo(dtype)
    except (TypeError, ValueError):
        raise UsageError(
            say("{dtype} is no float dtype, expected float64, float32, float16 or bfloat16", dtype=dtype)
        ) from None
    return Precision(float(info.eps), float(info.tiny))


@np.errstate(invalid="ignore", over="ignore")
def most(expected: Array, unit: Array, dtype: str) -> Array:
    """The error that still passes at each element, if it is the only one that is off."""
    alone = ELEMENTWISE * (unit + precision(dtype).eps * _root_mean_square(expected))
    return np.asarray(np.minimum(alone, NORMWISE * _norm(unit)))


def unit(reference64: Array, runs32: Sequence[Array], dtype: str) -> Array:
    """The yardstick S of one observation. Raises ValueError if a float32 run overflowed where float64 did not."""
    eps, tiny = precision(dtype)
    finite = np.isfinite(reference64)
    with np.errstate(invalid="ignore"):
        largest = np.zeros(reference64.shape)
        for run in runs32:
            np.maximum(largest, np.abs(run - reference64), out=largest)
        deviation = np.where(finite, largest, 0.0)
    if not np.isfinite(deviation).all():
        raise ValueError("yardstick: the float32 reference is not finite where the float64 one is; draw smaller values")
    magnitude = np.where(finite, np.abs(reference64), 0.0)
    return np.asarray(deviation * (eps / float(np.finfo(np.float32).eps)) + eps * magnitude + tiny)


def held_to(case: Case, answer: Answer) -> Answer:
    """The answer to a case with the yardstick of the dtype that it is judged in."""
    if case.judged_in == case.dtype:
        return answer
    (eps, _), (other, tiny) = precision(case.dtype), precision(case.judged_in)
    return Answer(answer.values, {name: unit * (other / eps) + tiny for name, unit in answer.units.items()})


def rounding_floor(companions: Sequence[Array], dtype: str) -> float:
    """The unit of an observation whose true value is 0: the rounding of the gradients that are computed beside it."""
    return precision(dtype).eps * max(float(np.abs(array).max()) for array in companions)


@np.errstate(invalid="ignore", over="ignore")
def units_differ(one: Array, other: Array) -> bool:
    """Whether two yardsticks of the same observation are more than a few times apart, over the whole array."""
    larger, smaller = max(_norm(one), _norm(other)), min(_norm(one), _norm(other))
    return not larger <= SAME_UNIT * smaller


def moved_by_an_ulp(case: Case) -> list[Case]:
    """REFERENCE_RUNS times the case in float32, every float of it moved one ulp up or down at random.

    Zeros, infinities and NaN stay. Runs come in pairs: the second has the first's signs, reversed on every other
    element like a checkerboard. So two neighbours move against each other in one run of each pair, and a result that
    hangs on their difference is moved for certain; with independent signs a batch of two would stand still in one case
    of sixteen.
    """
    rounded = {name: a.astype(np.float32) for name, a in case.inputs.items() if _is_data(case, name, a)}
    steps = {name: _ulp(a) for name, a in rounded.items()}
    moved = []
    for pair in range(REFERENCE_RUNS // 2):
        rng = generator("ulp", case.contract, case.seed, case.index, pair)
        signs = {name: 2 * rng.integers(2, size=a.shape) - 1 for name, a in rounded.items()}
        other = {name: each * _checkerboard(rounded[name].shape) for name, each in signs.items()}
        for each in (signs, other):
            inputs = {n: np.asarray(a + (steps[n] * each[n]).astype(np.float32)) for n, a in rounded.items()}
            moved.append(case.with_inputs({**case.inputs, **inputs}))
    return moved


def in_float64(case: Case) -> Case:
    """The case in float64, on the inputs as they were rounded to its dtype; data in whole numbers are data too."""
    return case.with_inputs(
        {name: a.astype(np.float64) if _is_data(case, name, a) else a for name, a in case.inputs.items()}
    )


def _is_data(case: Case, name: str, array: Array) -> bool:
    return array.dtype.kind == "f" or (case.scenario in OF_WHOLE_NUMBERS and name == "x")


def compare(got: Array, expected: Array, unit: Array, dtype: str) -> Comparison:
    """Compare two arrays of one shape. Where a value is not finite, the other must be the very same."""
    return against(got, measure_of(expected, unit, dtype))


@np.errstate(invalid="ignore", over="ignore")
def measure_of(expected: Array, unit: Array, dtype: str) -> Measure:
    """What is compared with an expected value."""
    return Measure(expected, unit + precision(dtype).eps * _root_mean_square(expected), _norm(unit))


def measure_in(answer: Answer, name: str, dtype: str) -> Measure:
    """The same of an observation of an answer. It is made once: what everybody gives is compared with it."""
    if (name, dtype) not in answer.kept:
        answer.kept[name, dtype] = measure_of(answer.values[name], answer.units[name], dtype)
    made: Measure = answer.kept[name, dtype]
    return made


@np.errstate(invalid="ignore", over="ignore")
def against(got: Array, right: Measure) -> Comparison:
    """As :func:`compare`, with what was made of the expected value before."""
    expected = right.expected
    if got.shape != expected.shape:
        raise ValueError(
            f"compare: got has shape {got.shape}, expected {expected.shape}; shapes are judged before values"
        )
    if not got.size:
        return Comparison(normwise=0.0, elementwise=0.0, worst=(), expected=math.nan, got=math.nan)
    got = got.astype(np.float64, copy=False)
    error = np.abs(got - expected)
    if not np.isfinite(error).all():
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        error = np.where(same, 0.0, np.where(np.isfinite(error), error, np.inf))
    ratios = error / right.elementwise
    worst = tuple(int(i) for i in np.unravel_index(int(ratios.argmax()), ratios.shape)) if ratios.ndim else ()
    return Comparison(
        normwise=_norm(error) / right.normwise,
        elementwise=float(ratios[worst]),
        worst=worst,
        expected=float(expected[worst]),
        got=float(got[worst]),
    )


@np.errstate(invalid="ignore", over="ignore")
def unit_of_wrong(unit: Array, right: Array, wrong: Array, dtype: str) -> Array:
    """The yardstick of a wrong value: that of the right one, raised where the wrong values are larger.

    What is right by being nothing but rounding says not by how much: a wrong value is held to half its digits there.
    """
    finite, eps = np.where(np.isfinite(wrong), wrong, 0.0), precision(dtype).eps
    size = _root_mean_square(right)
    raised = (max(1.0, _root_mean_square(wrong) / size) if size else 1.0) * unit
    if is_vacuous(right, unit):
        raised = np.minimum(raised, np.maximum(unit, math.sqrt(eps) * np.abs(finite)))
    return np.asarray(raised + eps * np.abs(finite))


def unit_of_moved(unit: Array, value: Array, moved: Array, dtype: str) -> Array:
    """The yardstick of a value that the submission was free to choose: that of ours, and the rounding of the move."""
    with np.errstate(invalid="ignore"):
        move = np.abs(moved - value)
    return np.asarray(unit + float(np.finfo(dtype).eps) * np.where(np.isfinite(move), move, 0.0))


@np.errstate(invalid="ignore", over="ignore")
def right_elements(got: Array, expected: Array, unit: Array, dtype: str) -> Array:
    """Which elements are right, each by itself: within the multiple that the whole array is held to."""
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    error = np.abs(got.astype(np.float64) - expected)
    floor = precision(dtype).eps * _root_mean_square(expected)
    return np.asarray(same | (error <= NORMWISE * (unit + floor)))


@np.errstate(invalid="ignore", over="ignore")
def is_vacuous(expected: Array, unit: Array) -> bool:
    """Whether an answer of zeros would pass, so that the case could not tell right from wrong."""
    finite = np.where(np.isfinite(expected), expected, 1.0)
    return _norm(finite) <= NORMWISE * _norm(unit)


def _root_mean_square(array: Array) -> float:
    norm, size = _norm(array), array.size
    if not math.isfinite(norm):
        finite = array[np.isfinite(array)]
        norm, size = _norm(finite), finite.size
    return norm / math.sqrt(max(size, 1))


def _norm(array: Array) -> float:
    squared = float(np.add.reduce(array * array, axis=None))
    if SMALL < squared < LARGE:
        return math.sqrt(squared)
    largest = float(np.abs(array).max(initial=0.0))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.square(array / largest).sum()))


@np.errstate(invalid="ignore")
def _ulp(rounded: Array) -> Array:
    """The distance to the next number; none of zeros, infinities and NaN."""
    return np.where(np.isfinite(rounded) & (rounded != 0), np.spacing(np.abs(rounded)), 0)


@lru_cache(CHECKERBOARDS_KEPT)
def _checkerboard(shape: tuple[int, ...]) -> Array:
    return np.asarray(1 - 2 * (np.indices(shape).sum(axis=0) % 2))
