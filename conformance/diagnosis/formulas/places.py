"""A case in which an observation is judged, and whether a formula gives what came back there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import takewhile

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.formulas.quantities import in_rows, quantities_of
from gradproof.conformance.diagnosis.formulas.regions import WRONG, Region
from gradproof.conformance.diagnosis.formulas.terms import BETWEEN, Quantities, Term
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.diagnosis.seen import Seen
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Observations

NEAR = 1e-9  # of what two terms in float64 may differ by, relative to the larger
MOST_NUMBERS = 24  # by which terms are told apart


class Relation(StrEnum):
    """How what came back and a formula belong together."""

    IS = "is"
    OF = "of"  # it is the formula of the right value alone
    TIMES = "times"  # it is the right value times the formula
    OVER = "over"
    MORE = "more"  # ... and the formula beside it
    LESS = "less"


SIGNS = {
    Relation.TIMES: "{} * {}",
    Relation.OVER: "{} / {}",
    Relation.MORE: "{} + {}",
    Relation.LESS: "{} - {}",
}


@dataclass(frozen=True, eq=False)
class Place:
    """A case in which an observation is judged."""

    record: CaseRecord
    name: str
    ways: tuple[Way, ...]

    @cached_property
    def seen(self) -> Seen:
        """What came back there, and what is right."""
        record, name = self.record, self.name
        got, expected = record.usable[name].astype(np.float64), record.expected[name].astype(np.float64)
        return Seen(name, record.case, got, expected, record.answer.units[name], {})

    @cached_property
    def wrong(self) -> Array:
        """Which numbers are wrong."""
        return ~self.seen.right_elements

    @cached_property
    def telling(self) -> Array:
        """The numbers by which terms are told apart: the wrong ones, or all where nothing but 0 is wrong."""
        return self.wrong if self.seen.got[self.wrong].any() else np.ones_like(self.wrong)

    @cached_property
    def quantities(self) -> Quantities:
        """What a formula may be made of: of other observations what came back."""
        return self._with({**self.record.expected, **self.record.usable})

    @cached_property
    def _rows(self) -> Quantities:
        return in_rows(self.quantities)

    @cached_property
    def right_quantities(self) -> Quantities:
        """What they would be if the submission were right."""
        return self._with(self.record.expected)

    def _with(self, values: Observations) -> Quantities:
        """The quantities, where what is observed before this observation has these values."""
        before = takewhile(lambda each: each != self.name, self.record.expected)
        return quantities_of(self.record, self.name, self.ways, {each: values[each] for each in before})

    @property
    def shapes(self) -> tuple[object, ...]:
        """How many axes everything has."""
        return (self.seen.got.ndim, *(array.ndim for array in self.record.case.inputs.values()))

    def gives(self, relation: Relation, term: Term, region: Region = WRONG) -> bool:
        """Whether a formula has the value that came back in a region, in which all is that is wrong."""
        places = self.wrong if region is WRONG else region.places(self.record.case, self.seen.got.shape)
        if places is None or (self.wrong & ~places).any():
            return False
        own = ({self.name: self.seen.expected},)
        made_of = own if relation == Relation.OF else (self.quantities, self._rows)
        values = (value for each in made_of if (value := self._value(term, each)) is not None)
        wholes = (_related(relation, value, self.seen.expected) for value in values)
        return any(self.seen.equals(np.where(places, whole, self.seen.got)) for whole in wholes)

    def is_right(self, term: Term) -> bool:
        """Whether a formula is a right one: given what is right it gives what is right."""
        value, seen = self._value(term, self.right_quantities), self.seen
        return value is not None and yardstick.compare(value, seen.expected, seen.unit, seen.case.judged_in).is_right

    def _value(self, term: Term, quantities: Quantities) -> Array | None:
        try:
            return np.asarray(_in_shape(term.at(quantities)[np.newaxis], self.seen.got.shape, bool(term.like))[0])
        except (ValueError, KeyError, IndexError):
            return None


def _related(relation: Relation, value: Array, right: Array) -> Array:
    return value if relation not in SIGNS else np.asarray(BETWEEN[SIGNS[relation]](right, value))


def numbers_of(values: Sequence[Array], shown: Sequence[Place], is_reshaped: bool = False) -> Array:
    """The numbers of many values by which they are told apart, a few of them. Raises ValueError as the shapes do."""
    parts = [
        _in_shape(array, place.seen.got.shape, is_reshaped)[:, place.telling]
        for array, place in zip(values, shown, strict=True)
    ]
    numbers = np.concatenate(parts, axis=1)
    return np.asarray(numbers[:, :: -(-numbers.shape[1] // MOST_NUMBERS)])


def _in_shape(many: Array, shape: tuple[int, ...], is_reshaped: bool) -> Array:
    """Many values in one shape, the first axis aside. Raises ValueError if they cannot be brought into it."""
    if is_reshaped:
        return many.reshape(len(many), *shape)
    if many.ndim - 1 > len(shape):
        raise ValueError("too many axes")
    of_all_axes = many.reshape(len(many), *(1,) * (len(shape) + 1 - many.ndim), *many.shape[1:])
    return np.broadcast_to(of_all_axes, (len(many), *shape))
