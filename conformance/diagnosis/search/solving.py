"""A number that an edit leaves free, solved for from the values of a submission."""

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial

import numpy as np

from gradproof.conformance.checks.messages import STEP
from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused
from gradproof.conformance.diagnosis.search.attempts import Attempt, observations
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.values import as_array

STEPS = 10  # of the secant
FARTHER = 1.5  # times the start, the second number that it needs
FACTOR, GUARD = 1.0, 1e-6  # where the search for a number starts; what keeps a division from failing is small
NEARER_AND_FARTHER = (1.0, 1e2, 1e-2)  # of a start, until one of them leads to a solution
LIMITS = ("limited", "topped")
GUARDS = ("added", "floor", "clipped")
BEGINNINGS = (0.0, 1.0, 2.0, 3.0, 5.0, 6.0, 10.0, 15.0, 20.0, 30.0)
HIDDEN = (-50.0, -100.0, -1e3, -1e4)
DIGITS = (1, 2, 3, 6)  # of a number as it is told
NEAR = 1e-4  # to a solution: what an epsilon of 1e-8 may be off, solved for from values of 1 in float64
NEAR_A_GUARD = 1e-2  # in float32
SETTLED = 2**-40  # of a step, relative to the number

COUNTED = "_acc"  # in the names of accuracies
MOST_TARGETS = 6

Target = tuple[CaseRecord, str]  # a case, and an observation
Residual = Callable[[float], float]


def numbers(
    attempt: Attempt, given: Iterable[Target], is_local: bool, spend: Callable[[CaseRecord], None]
) -> Iterator[float]:
    """The number at which the edit gives the worst wrong value of the first observation that it can be solved for from.

    Whatever the number changes it must explain, so another observation leads to no other number. What is cut off there
    is the limit itself.
    """
    known: dict[tuple[CaseRecord, float], Mapping[str, Array]] = {}
    start = _start(attempt)
    for record, name in given:
        if attempt.edit.kind in LIMITS and record.comparisons[name].got:
            yield abs(record.comparisons[name].got)
        residual = partial(_residual, attempt, record, name, is_local, known, spend)
        is_led = _leads(residual, start)
        is_guard = attempt.edit.kind in GUARDS
        solutions = _solutions(residual, start, is_guard) if is_led or is_guard else ()
        solved = next((each for each in solutions if each is not None), None)
        if solved is not None:
            yield solved
        if is_led or solved is not None:
            return


def usual(attempt: Attempt) -> tuple[float, ...]:
    """The numbers that are looked at first.

    Where a formula goes in waves, the nearest solution is not the one; and what is left out is exactly 0, which no
    solution in float32 is. Where something begins is solved for from no value: those that are usual are tried.
    """
    if isinstance(attempt.edit.parent, ast.Compare):
        return BEGINNINGS
    if isinstance(attempt.edit.old, ast.UnaryOp):  # -inf, for which some number that seems small is written
        return tuple(-each for each in BEGINNINGS) + HIDDEN
    return {"factor": (2.0, 0.5), "number": (0.0,)}.get(attempt.edit.kind, ())


def is_usual_guard(attempt: Attempt) -> bool:
    """Whether what was solved for is such a small number as is written there: of chance it is no power of ten."""
    number = attempt.number
    return (
        attempt.edit.kind in GUARDS and number is not None and 0 < number < 1 and f"{number:.6e}".startswith("1.000000")
    )


def _start(attempt: Attempt) -> float:
    """The number that stands there if one does."""
    old = attempt.edit.old
    number = old.value if isinstance(old, ast.Constant) else attempt.way.space.get(getattr(old, "id", ""))
    if isinstance(number, int | float) and number:
        return float(number)
    return GUARD if attempt.edit.kind in GUARDS else FACTOR


def rounded(exact: float) -> Iterator[float]:
    """A number with few digits, and with more."""
    return (float(f"{exact:.{digits}g}") for digits in DIGITS)


def meant(exact: float, is_guard: bool = False) -> float:
    """The number of few digits that a solution is up to its own error, or the solution.

    It is solved for from a value that hardly moves with it, and others move more; least with the logarithm of a guard.
    """
    off = (NEAR_A_GUARD if is_guard else NEAR) * abs(exact)
    near = (number for number in rounded(exact) if abs(number - exact) <= off)
    return next(near, exact)


def _residual(
    attempt: Attempt,
    record: CaseRecord,
    name: str,
    is_local: bool,
    known: dict[tuple[CaseRecord, float], Mapping[str, Array]],
    spend: Callable[[CaseRecord], None],
    number: float,
) -> float:
    """How far the edit with a number is off the submission's worst value; NaN if it has none."""
    if (record, number) not in known or name not in known[record, number]:
        spend(record)
        with attempt.with_number(number).made():
            known[record, number] = _observed(attempt.way, record, name, is_local)
    comparison, value = record.comparisons[name], known[record, number].get(name)
    is_alike = value is not None and value.shape == record.answer.values[name].shape
    return float(value[comparison.worst]) - comparison.got if value is not None and is_alike else math.nan


def _observed(way: Way, record: CaseRecord, name: str, is_local: bool) -> dict[str, Array]:
    """What a way gives on a case, as far as one observation."""
    found: dict[str, Array] = {}
    with suppress(Exception):  # an edit may raise anything
        for other, value in observations(way, record, is_local):
            if (array := as_array(value)) is not None:
                found[other] = array
            if other == name:
                break
    return found


def targets(accused: Accused, failing: list[CaseRecord]) -> list[Target]:
    """Of each charged observation one value of a small case, in float64 if there is one; of steps the first.

    None of an accuracy, which is a count of samples: many a number leads to it.
    """
    found: dict[str, Target] = {}
    for record in sorted(failing, key=lambda each: each.case.dtype != "float64"):
        for name, comparison in record.comparisons.items():
            if COUNTED not in name and (record.case.index, name) in accused.every and math.isfinite(comparison.got):
                found.setdefault(STEP.sub("", name), (record, name))
    return list(found.values())[:MOST_TARGETS]


def _leads(residual: Residual, start: float) -> bool:
    """Whether the number changes the value that it is solved for from. One that only guards may not do so yet."""
    r0, r1 = residual(start), residual(FARTHER * start)
    return math.isfinite(r0 + r1) and r0 != r1


def _solutions(residual: Residual, start: float, is_guard: bool) -> Iterator[float | None]:
    """What each start leads to; a number that only guards may be of any size."""
    yield from (_solved(residual, factor * start) for factor in NEARER_AND_FARTHER)
    if is_guard:
        yield _of_any_size(residual, start)


def _of_any_size(residual: Residual, start: float) -> float | None:
    """Where the residual is 0, by the secant of the number's logarithm: what a logarithm makes of it is straight."""
    power = _solved(lambda power: residual(float(np.exp(power))), math.log(start))
    return None if power is None else float(np.exp(power))


def _solved(residual: Residual, start: float) -> float | None:
    """Where the residual is 0, by the secant from a start; None if it gets nowhere."""
    x0, x1 = start, FARTHER * start
    r0, r1 = residual(x0), residual(x1)
    for _ in range(STEPS):
        if r1 == 0:
            return x1
        if not math.isfinite(r0 + r1) or r0 == r1:
            return None
        x0, x1, r0 = x1, x1 - r1 * (x1 - x0) / (r1 - r0), r1
        if not math.isfinite(x1):
            return None
        r1 = residual(x1)
        if abs(x1 - x0) <= SETTLED * abs(x1):
            return x1
    return None
