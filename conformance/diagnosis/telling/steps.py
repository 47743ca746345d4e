"""The numbers of a case along the steps: what they are in the submission, and what is right."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from types import CodeType, FrameType
from typing import Any

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.search.attempts import runs
from gradproof.conformance.diagnosis.search.kinds import targets_of
from gradproof.conformance.diagnosis.search.looking import Match
from gradproof.conformance.harness.counting.profiling import profiled
from gradproof.conformance.spec.cases import Array

MOST_INSIDE, MOST = 2, 4  # steps that are told, inside the function and in all

Step = tuple[str, str, str]  # what it is called, what it is, and what is right


def inside(match: Match, record: CaseRecord) -> list[Step]:
    """The steps of the edited function that come out otherwise than the right one's, the edited one first."""
    attempt, seen = match.attempt, []
    for as_it_is_or_edited in (nullcontext(), attempt.made()):
        values: dict[str, Any] = {}
        with as_it_is_or_edited:
            _watched(attempt.function.__code__, values, lambda: runs(attempt.way, record, True))
        seen.append(values)
    right, wrong = seen
    names = [name for name in targets_of(attempt.edit.statement) if name not in record.answer.values]
    return [step for name in names if (step := _step(name, wrong.get(name), right.get(name)))][:MOST_INSIDE]


def outside(record: CaseRecord, names: tuple[str, ...]) -> Iterator[Step]:
    """What comes out wrong on a case, each by the element that is furthest off."""
    for name, comparison in record.comparisons.items():
        if name in names and not comparison.is_right:
            yield f"{name}{_index(comparison.worst)}", _number(comparison.got), _number(comparison.expected)


def _watched(code: CodeType, values: dict[str, Any], action: Callable[[], object]) -> None:
    """What the names of a function are when it first returns."""

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "return" and frame.f_code is code and not values:
            values.update({name: np.array(value) for name, value in frame.f_locals.items() if _is_told(value)})

    with profiled(note):
        action()


def _is_told(value: object) -> bool:
    kind = value.dtype.kind if isinstance(value, np.ndarray) else "f" if isinstance(value, float | np.floating) else ""
    return kind == "f"


def _step(name: str, wrong: Array | None, right: Array | None) -> Step | None:
    """A step by the element that differs most; None if it does not, or if its shape does."""
    if wrong is None or right is None or wrong.shape != right.shape or np.array_equal(wrong, right):
        return None
    place = np.unravel_index(int(np.argmax(np.abs(np.nan_to_num(wrong - right)))), wrong.shape)
    index = tuple(int(i) for i in place)
    return f"{name}{_index(index)}", _number(float(wrong[place])), _number(float(right[place]))


def _index(place: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, place))}]" if place else ""


def _number(value: float) -> str:
    return f"{value:.4g}"
