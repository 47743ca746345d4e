"""The part of a failing case that can be drawn: what was expected and what came back, around the worst element."""

from collections.abc import Sequence

import numpy as np

from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Picture
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import Finding, Kind

SIDE = 16  # rows and columns at most
DIGITS = 6


def picture_of(exam: ContractRun, findings: Sequence[Finding]) -> Picture | None:
    """The values of the first finding's case; None where no values are wrong."""
    first = findings[0] if findings else None
    if first is None or first.kind != Kind.VALUES:
        return None
    record = next((each for each in exam.records if each.case.id == first.case), None)
    name = first.observation
    if record is None or name not in record.comparisons:
        return None
    expected, got = _flat(record.expected[name]), _flat(record.usable[name])
    at = np.unravel_index(np.ravel_multi_index(record.comparisons[name].worst, record.expected[name].shape), got.shape)
    rows, columns = (_window(int(place), length) for place, length in zip(at, got.shape, strict=True))
    corner = (rows.start, columns.start)
    return Picture(name, corner, _told(expected[rows, columns]), _told(got[rows, columns]))


def _flat(array: Array) -> Array:
    """As a table: the last axis its columns."""
    wide = array.shape[-1] if array.ndim else 1
    return np.asarray(array, float).reshape(-1, wide)


def _window(place: int, length: int) -> slice:
    start = min(max(place - SIDE // 2, 0), max(length - SIDE, 0))
    return slice(start, min(start + SIDE, length))


def _told(values: Array) -> tuple[tuple[float | None, ...], ...]:
    """Rows of numbers; what is not finite is none."""
    return tuple(tuple(float(f"{v:.{DIGITS}g}") if np.isfinite(v) else None for v in row) for row in values)
