"""What a case has in it by name: what is given, what is right of everything else, and the steps to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import CodeType, FrameType
from typing import Any

import numpy as np

from gradproof.conformance.checks.messages import STEP
from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.formulas.terms import Quantities
from gradproof.conformance.diagnosis.search.attempts import runs
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.harness.counting.profiling import traced
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract, Observations

NUMBERS = {"1": np.array(1.0), "2": np.array(2.0)}


def quantities_of(record: CaseRecord, name: str, ways: Sequence[Way], others: Observations) -> Quantities:
    """All quantities of a case that there are before one of its observations, as floats; of the others these values."""
    later = _later(record.contract, name)
    beside = (*_beside(others, name, later), *_on_the_way(record, ways, later), *_lengths(record.case.inputs))
    found: dict[str, Array] = dict(NUMBERS)
    for each, value in (*_given(record, later), *(pair for pair in beside if pair[0] != name)):
        if each not in found and value.dtype.kind in ("f", "b") and not each.startswith("_"):
            found[each] = value.astype(np.float64)
    return found


def in_rows(quantities: Quantities) -> Quantities:
    """The same where every array is a table: a row for each entry of its first axis."""
    return {name: array.reshape(len(array), -1) if array.ndim > 2 else array for name, array in quantities.items()}


def _given(record: CaseRecord, later: Collection[str]) -> Iterator[tuple[str, Array]]:
    yield from ((name, array) for name, array in record.case.inputs.items() if name not in later)
    options = record.case.scalar_options().items()
    yield from ((name, np.array(float(value))) for name, value in options if _is_number(value))


def _lengths(inputs: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """How long every axis is: the number of samples, then those of what has as many axes in every case, as a rule."""
    lengths = [(name, axis, length) for name, array in inputs.items() for axis, length in enumerate(array.shape)]
    samples, others = lengths[:1], lengths[1:]
    others.sort(key=lambda each: each[0] == lengths[0][0])
    for name, axis, length in (*samples, *others):
        yield f"{name}.shape[{axis}]", np.array(float(length))


def _later(contract: Contract, name: str) -> frozenset[str]:
    """The functions that are called after the one that an observation is of, and what they alone take and return."""
    functions = contract.functions
    made = next((at for at, each in enumerate(functions) if STEP.sub("", name) in each.returns), len(functions))
    taken = {each for function in functions[: made + 1] for each in function.takes}
    after = [(function.name, *function.takes, *function.returns) for function in functions[made + 1 :]]
    return frozenset().union(*after) - taken


def _beside(others: Observations, name: str, later: Collection[str]) -> Iterator[tuple[str, Array]]:
    return ((each, value) for each, value in others.items() if STEP.sub("", each) not in later and each != name)


def _on_the_way(record: CaseRecord, ways: Sequence[Way], later: Collection[str]) -> Sequence[tuple[str, Array]]:
    """What is named in right functions, but for names that come to stand for something else: by a change in place.

    It is looked for once: what is given and what is right has it in common, and so have the observations of a function.
    """
    kept, key = record.case.kept, ("on the way", tuple(ways), frozenset(later))
    if key not in kept:
        kept[key] = tuple(_named_on_the_way(record, ways, later))
    named: Sequence[tuple[str, Array]] = kept[key]
    return named


def _named_on_the_way(record: CaseRecord, ways: Sequence[Way], later: Collection[str]) -> Iterator[tuple[str, Array]]:
    codes = {code for way in ways for code in way.trees}
    first: dict[tuple[str, CodeType], Array] = {}
    changed: set[tuple[str, CodeType]] = set()

    def entered(frame: FrameType, _event: str, _argument: object) -> Any:
        return within if frame.f_code in codes and _callers(frame).isdisjoint(later) else None

    def within(frame: FrameType, event: str, _argument: object) -> Any:
        for name, value in frame.f_locals.items():
            key = (name, frame.f_code)
            if key not in first and (isinstance(value, np.ndarray) or _is_number(value)):
                first[key] = np.array(value if isinstance(value, np.ndarray) else float(value))
            elif event == "return" and key in first and not np.array_equal(first[key], value, equal_nan=True):
                changed.add(key)
        return within

    with traced(entered):
        for way in ways:
            runs(way, record, True)
    yield from ((name, value) for (name, code), value in first.items() if (name, code) not in changed)


def _callers(frame: FrameType | None) -> set[str]:
    """The functions that are under way in a frame, itself included."""
    names = set()
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    return names


def _is_number(value: Any) -> bool:
    return isinstance(value, float | np.floating) or (isinstance(value, int) and not isinstance(value, bool))
