"""What the value of each statement flows into: no edit of it changes anything else."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import digits
from typing import Any

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused, Facts
from gradproof.conformance.diagnosis.search.attempts import Attempt, observations
from gradproof.conformance.diagnosis.search.comparing import Comparer
from gradproof.conformance.diagnosis.search.edits import Edit
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import OF_THE_CALL, Finding
from gradproof.conformance.spec.values import as_array

MOVED = "_moved"  # the name by which a way calls what moves a value
ELSEWHERE = ("later", "in_the_loop", "after_the_loop", "always", "fixed")  # edits that do not stay in their statement

MOVES = (0.4, -40.0)  # times the largest entry

Given = Mapping[str, Array]
Reached = frozenset[str] | None  # observations; None: nobody knows


class Reach:
    """Where the statements of a way lead to on some cases, asked once each.

    Each is run with its value moved, every entry by another amount: a little one way, and far the other, for a limit
    may hide what is moved on its side of it. Nothing that depends on it survives both. What is no array or number of
    floats cannot be moved, and may lead anywhere.
    """

    def __init__(self, way: Way, records: Mapping[CaseRecord, Given], is_local: bool) -> None:
        self._way, self._is_local = way, is_local
        self._records = {record: given for record, given in records.items() if self._seen(record) == _texts(given)}
        self._is_known = bool(records) and len(self._records) == len(records)
        self._reached: dict[ast.stmt, Reached] = {}
        way.space[MOVED] = moved

    def of(self, attempt: Attempt) -> Reached:
        """The observations that an edit may change."""
        edit = attempt.edit
        if not self._is_known or edit.kind in ELSEWHERE:
            return None
        if edit.statement not in self._reached:
            self._reached[edit.statement] = self._asked(edit, attempt)
        return self._reached[edit.statement]

    def _asked(self, edit: Edit, attempt: Attempt) -> Reached:
        statement = edit.statement
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return) or statement.value is None:
            return None
        reached = [self._of_move(edit, attempt, statement.value, by) for by in MOVES]
        return None if None in reached else frozenset[str]().union(*filter(None, reached))

    def _of_move(self, edit: Edit, attempt: Attempt, right: ast.expr, by: float) -> Reached:
        """What changes if what a statement makes is moved so far."""
        value: ast.expr = ast.Call(ast.Name(MOVED, ast.Load()), [right, ast.Constant(by)], [])
        other = Edit(edit.function, "moved", edit.statement, "value", value, right, value, edit.statement)
        reached: set[str] = set()
        with Attempt(self._way, other, attempt.function).made():
            for record, given in self._records.items():
                seen = self._seen(record)
                if seen is None:
                    return None
                reached |= {name for name, text in _texts(given).items() if seen.get(name) != text}
        return frozenset(reached)

    def _seen(self, record: CaseRecord) -> dict[str, Any] | None:
        """What the way gives on a case, as it is now; None if it does not get to an end."""
        try:
            made = [(name, as_array(value)) for name, value in observations(self._way, record, self._is_local)]
        except Exception:  # noqa: BLE001 - whatever a moved value leads to
            return None
        return None if any(array is None for _, array in made) else _texts(dict(made))


def _texts(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (array.shape, array.dtype, array.tobytes()) for name, array in given.items()}


def moved(value: Any, by: float = MOVES[0]) -> Any:
    """A number or an array of floats with every entry moved by another amount. Raises TypeError for anything else.

    What is not finite, which no sum would move, is moved from 0.
    """
    array = np.asarray(value)
    if array.dtype.kind != "f" or isinstance(value, tuple | list):
        raise TypeError("only floats can be moved")
    steps = np.sin(1.7 * np.arange(1, array.size + 1)).reshape(array.shape)
    array = np.where(np.isfinite(array), array, array.dtype.type(0))
    size = np.abs(array).max(initial=0.0)
    other = array + (by * (size or 1.0) * steps).astype(array.dtype)
    return other if isinstance(value, np.ndarray) else type(value)(other)


def may_stay_silent(edit: Edit) -> bool:
    """Whether the value that its statement makes can stay the same on most inputs: where something is compared."""
    nodes = (edit.parent, edit.old, edit.new)
    return any(isinstance(inner, ast.Compare) for node in nodes if node is not None for inner in _within(node))


def _within(node: ast.AST) -> Iterator[ast.AST]:
    return iter(ast.walk(node)) if isinstance(node, ast.expr) else iter((node,))


@dataclass(frozen=True, eq=False)
class Aims:
    """What edits of a way must change to explain anything of a submission, and what they may not change."""

    accused: Accused
    records: Sequence[CaseRecord]
    comparers: Mapping[CaseRecord, Comparer]
    reach: Reach
    sought: Facts  # what nothing explains that is known

    @cached_property
    def sound(self) -> frozenset[str]:
        """The observations that are right wherever they are judged, as all others of their kind are: dW1 and dW2.

        Not those that are 0 but for rounding, which whatever is changed moves.
        """
        names = {name for record in self.records for name in record.answer.values}
        names -= set(self.accused.exam.contract.vanishes)
        comparers = self.comparers.values()
        odd = {name.rstrip(digits) for name in names if not all(each.is_sound(name) for each in comparers)}
        return frozenset(name for name in names if name.rstrip(digits) not in odd)

    @cached_property
    def charged(self) -> frozenset[str]:
        """The observations to be explained."""
        return frozenset(
            what.observation if isinstance(what, Finding) else what
            for place, what in self.sought
            if isinstance(place, int) or (isinstance(what, Finding) and what.kind not in OF_THE_CALL)
        )

    @cached_property
    def ended(self) -> frozenset[str]:
        """The functions that an exception ended, to which anything up to there may lead."""
        found = (what for _, what in self.accused.every if isinstance(what, Finding))
        return frozenset(what.function for what in found if what.kind in OF_THE_CALL)

    def _may_end(self, attempt: Attempt) -> bool:
        """Whether an edit may lead to such an exception: not one of the last function where another was ended."""
        last = self.accused.exam.contract.functions[-1].name
        return bool(self.ended) and (last in self.ended or attempt.edit.function.name != last)

    def may_explain(self, attempt: Attempt) -> bool:
        """Whether an edit changes something that is wrong, and nothing that is right."""
        reached = self.reach.of(attempt)
        if reached is None:
            return True
        if reached.isdisjoint(self.charged) and not self._may_end(attempt):
            return False
        return reached.isdisjoint(self.sound) or may_stay_silent(attempt.edit)

    def changes(self, attempt: Attempt) -> str:
        """Whether an edit is known to change ``all`` kinds of values that are wrong, ``some`` alone, or ``any``."""
        reached = self.reach.of(attempt)
        if reached is None:
            return "any"
        kinds = {name.rstrip(digits) for name in reached}
        return "all" if {name.rstrip(digits) for name in self.charged} <= kinds else "some"
