"""Two edits of one value: what they change adds up to what is wrong, or multiplies to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Facts
from gradproof.conformance.diagnosis.search.attempts import Attempt, observations
from gradproof.conformance.diagnosis.search.kinds import plainness
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.spec.cases import Array, generator
from gradproof.conformance.spec.values import as_array

ALIKE = 1e-7  # of two numbers, relative to the largest: rounding, however it comes about
LEAST_NUMBERS, ENOUGH_NUMBERS = 6, 24  # that are wrong: fewer are chance, and more tell no more
MOST_CASES = 12

Shown = Mapping[CaseRecord, Sequence[str]]  # cases, and what is wrong in them


def telling(records: Sequence[CaseRecord], charged: Facts) -> Shown:
    """Of cases in float64 those with the most wrong numbers, until they are enough; none if there are too few."""
    wrong = {
        record: [n for n, each in record.comparisons.items() if (record.case.index, n) in charged and not each.is_right]
        for record in records
        if record.case.dtype == "float64"
    }
    size = {record: sum(record.usable[name].size for name in names) for record, names in wrong.items()}
    chosen: dict[CaseRecord, Sequence[str]] = {}
    for record in sorted(size, key=size.__getitem__, reverse=True)[:MOST_CASES]:
        if size[record] and sum(size[each] for each in chosen) < ENOUGH_NUMBERS:
            chosen[record] = wrong[record]
    return chosen if sum(size[each] for each in chosen) >= LEAST_NUMBERS else {}


def likely(way: Way, attempts: Sequence[Attempt], shown: Shown, is_local: bool) -> list[Attempt]:
    """The edits of which two together may give what is shown, the plainest first."""
    given = _given(way, shown, is_local)
    wanted = np.concatenate([r.usable[name].ravel().astype(np.float64) for r, names in shown.items() for name in names])
    if given is None or not np.isfinite(wanted).all():
        return []
    found: list[tuple[Attempt, Array]] = []
    for attempt in attempts:
        with attempt.made():
            values = _given(way, shown, is_local)
        if values is not None and not np.array_equal(values, given):
            found.append((attempt, values))
    if not found:
        return []
    made: dict[tuple[int, int], Attempt] = {}
    for differences in _differences(np.array([*(values for _, values in found), wanted]), given):
        for i, j in _adding_up(differences[:-1], differences[-1]):
            made[i, j] = replace(found[i][0], other=found[j][0])
    return sorted(made.values(), key=lambda two: sum(plainness(each.edit) for each in two.parts))


def _given(way: Way, shown: Shown, is_local: bool) -> Array | None:
    """The numbers that a way gives as it is now; None if one is missing, not finite, or of another shape."""
    numbers: list[Array] = []
    for record, names in shown.items():
        try:
            arrays = {name: as_array(value) for name, value in observations(way, record, is_local)}
        except Exception:  # noqa: BLE001 - an edit may raise anything
            return None
        for name in names:
            array = arrays.get(name)
            if array is None or array.shape != record.usable[name].shape or not np.isfinite(array).all():
                return None
            numbers.append(array.ravel().astype(np.float64))
    return np.concatenate(numbers)


def _differences(values: Array, given: Array) -> tuple[Array, Array]:
    """How far values are from what is given, as terms and as factors."""
    with np.errstate(all="ignore"):
        return values - given, np.log(np.abs(values) / np.abs(given))[:, given != 0]


def _adding_up(each: Array, wanted: Array) -> Iterator[tuple[int, int]]:
    """Which two of several rows add up to one."""
    if not wanted.size or not np.isfinite(wanted).all():
        return
    near = ALIKE * np.abs(wanted).max()
    rows = np.flatnonzero(np.isfinite(each).all(axis=1))
    along = generator("two edits", wanted.size).standard_normal(wanted.size)
    sums = each[rows] @ along
    order = np.argsort(sums)
    sums, rows = sums[order], rows[order]
    for i, own in zip(rows, sums, strict=True):
        left, room = wanted @ along - own, near * np.abs(along).sum()
        first, last = np.searchsorted(sums, (left - room, left + room))
        for j in rows[first:last]:
            if i < j and np.abs(each[i] + each[j] - wanted).max() <= near:
                yield int(i), int(j)
