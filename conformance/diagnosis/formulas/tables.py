"""Terms by their numbers where what came back is wrong: those are found in it that have given numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import numpy as np

from gradproof.conformance.diagnosis.formulas.places import NEAR, Place, numbers_of
from gradproof.conformance.diagnosis.formulas.terms import Bank, Term, joined, reshaped, scaled, weights
from gradproof.conformance.spec.cases import Array

MOST_PARTS = 6  # of a formula that says anything
CANCELS = 1e5  # times what came back, beyond which a difference tells nothing
SUMS = ("{} + {}", "{} - {}")
FACTORS: Mapping[str, float] = {"{}": 1.0, "-{}": -1.0, "2 * {}": 2.0, "{} / 2": 0.5}
PAIRS: Mapping[str, Callable[[Array, Array], Array]] = {  # what is to be found among the terms, given one of a pair
    "{} + {}": lambda wanted, one: wanted - one,
    "{} - {}": lambda wanted, one: one - wanted,
    "{} * {}": lambda wanted, one: wanted / one,
    "{} / {}": lambda wanted, one: one / wanted,
}


class Table:
    """Terms by their numbers, in which one is found that has given numbers."""

    def __init__(self, bank: Bank, shown: Sequence[Place]) -> None:
        self.terms: list[Term] = []
        rows: list[Array] = []
        for shelf in bank.shelves:
            is_table = all(len(shape) > 1 for shape in shelf.shapes)
            for is_reshaped in (False, True)[: 1 + is_table]:
                with suppress(ValueError):
                    rows.append(numbers_of(shelf.values, shown, is_reshaped))
                    name = shown[0].name
                    self.terms += [reshaped(t, name) for t in shelf.terms] if is_reshaped else shelf.terms
                    break
        self.rows = np.concatenate(rows) if rows else np.empty((0, 0))
        self._weights = weights(self.rows.shape[1])
        sums = self.rows @ self._weights
        self._order = np.argsort(sums, kind="stable")
        self._sums = sums[self._order]
        self._short = np.flatnonzero([term.parts <= MOST_PARTS // 2 for term in self.terms])

    def alone(self, wanted: Array) -> Iterator[Term]:
        """The terms that have these numbers, but for a factor."""
        for text, factor in FACTORS.items():
            for _, place in self._found(wanted[np.newaxis] / factor):
                term = self.terms[place]
                yield term if factor == 1 else scaled(text, factor, term)

    def in_pairs(self, wanted: Array) -> Iterator[Term]:
        """The pairs of terms that have these numbers together."""
        limit = CANCELS * np.abs(wanted).max()
        for how, other in PAIRS.items():
            for at, place in self._found(other(wanted, self.rows[self._short])):
                one, two = self.terms[self._short[at]], self.terms[place]
                is_clear = how not in SUMS or np.abs(self.rows[[self._short[at], place]]).max() < limit
                if is_clear and one.parts + two.parts <= MOST_PARTS:
                    yield joined(how, one, two)

    def _found(self, queries: Array) -> Iterator[tuple[int, int]]:
        """Which terms have the numbers of which query."""
        sums = queries @ self._weights
        off = NEAR * (np.abs(queries) @ np.abs(self._weights))
        first, last = (np.searchsorted(self._sums, each) for each in (sums - off, sums + off))
        for at in np.flatnonzero((last > first) & np.isfinite(sums)):
            for place in self._order[first[at] : last[at]]:
                query, row = queries[at], self.rows[place]
                if (np.abs(row - query) <= NEAR * (np.abs(query) + 1e-3 * np.abs(query).max())).all():
                    yield int(at), int(place)
