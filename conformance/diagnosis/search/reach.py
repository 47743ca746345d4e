"""What the value of each statement flows into: no edit of it changes anything else."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
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
ELSEWHERE = (  # edits that do not stay in their statement
    *("later", "in_the_loop", "after_the_loop", "always", "fixed", "throughout", "done_to", "kept"),
    *("in_any_case", "only_if", "in_every_pass"),
)

MOVES = (0.4, -40.0)  # times the largest entry

Given = Mapping[str, Array]
Reached = frozenset[str] | None  # observations; None: nobody knows


class Reach:
    """Where the statements of a way lead to on some cases, asked once each.

    Each is run with its value moved, every entry by another amount: a little one way, and far the other, for a limit
    may hide what is moved on its side of it. Nothing that depends on it survives both. Of several values all are moved
    that are floats or answers of yes and no; what has none of them cannot be moved, and may lead anywhere.
    """

    def __init__(self, way: Way, records: Mapping[CaseRecord, Given], is_local: bool) -> None:
        self._way, self._is_local = way, is_local
        self._records = {record: given for record, given in records.items() if self._seen(record) == _texts(given)}
        self._is_known = bool(records) and len(self._records) == len(records)
        self._reached: dict[ast.stmt, Reached] = {}
        self._of_several: set[ast.stmt] = set()

    def of(self, attempt: Attempt) -> Reached:
        """The observations that an edit may change."""
        edit = attempt.edit
        if not self._is_known or edit.kind in ELSEWHERE:
            return None
        if edit.statement not in self._reached:
            self._reached[edit.statement] = self._asked(edit, attempt)
        return self._reached[edit.statement]

    def is_of_several(self, edit: Edit) -> bool:
        """Whether its statement makes several values, of which an edit may change one alone."""
        return edit.statement in self._of_several

    def _moved(self, statement: ast.stmt, value: Any, by: float) -> Any:
        if isinstance(value, tuple | list | dict):
            self._of_several.add(statement)
        return moved(value, by)

    def most_of(self, attempt: Attempt) -> Reached:
        """The observations that an edit may change at most: where nobody knows, those that its whole function may."""
        function, reached = attempt.edit.function, self.of(attempt)
        if reached is not None or not self._is_known or not _gives_by_return_alone(function):
            return reached
        end = function.body[-1]
        if end not in self._reached:
            self._reached[end] = self._asked(Edit(function, "moved", end, "value", None, None, None, end), attempt)
        return self._reached[end]

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
        self._way.space[MOVED] = partial(self._moved, edit.statement)
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
    """A number or an array of floats with every entry moved by another amount, and so all that there are of several.

    Raises TypeError for anything else.
    """
    if not isinstance(value, tuple | list | dict):
        return _one_moved(value, by)
    parts = list(value.values() if isinstance(value, dict) else value)
    others = [_moved_or_as_it_is(part, by) for part in parts]
    if all(one is other for one, other in zip(others, parts, strict=True)):
        raise TypeError("nothing in it can be moved")
    return dict(zip(value, others, strict=True)) if isinstance(value, dict) else type(value)(others)


def _moved_or_as_it_is(part: Any, by: float) -> Any:
    """A part of several values, moved if it can be; yes for no where it answers."""
    if isinstance(part, np.ndarray) and part.dtype.kind == "b":
        return ~part
    try:
        return moved(part, by)
    except TypeError:
        return part


def _one_moved(value: Any, by: float) -> Any:
    """A number or an array of floats, moved; what is not finite, which no sum would move, is moved from 0."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        raise TypeError("only floats can be moved")
    steps = np.sin(1.7 * np.arange(1, array.size + 1)).reshape(array.shape)
    array = np.where(np.isfinite(array), array, array.dtype.type(0))
    size = np.abs(array).max(initial=0.0)
    other = array + (by * (size or 1.0) * steps).astype(array.dtype)
    return other if isinstance(value, np.ndarray) else type(value)(other)


@cache
def _gives_by_return_alone(function: ast.FunctionDef) -> bool:
    """Whether a function has one end, and stores nothing in what it was handed."""
    handed = {each.arg for each in function.args.args}
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    stored = (n for n in ast.walk(function) if isinstance(n, ast.Subscript | ast.Attribute) and _is_stored(n))
    return returns == [function.body[-1]] and not any(handed & {name_within(each)} for each in stored)


def _is_stored(node: ast.Subscript | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def name_within(node: ast.expr) -> str:
    """The name of what is stored in: ``self`` of ``self.params["W"]``."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


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
            most = self.reach.most_of(attempt)
            return most is None or not most.isdisjoint(self.charged) or self._may_end(attempt)
        if reached.isdisjoint(self.charged) and not self._may_end(attempt):
            return False
        if reached.isdisjoint(self.sound) or may_stay_silent(attempt.edit):
            return True
        return self.reach.is_of_several(attempt.edit)

    def changes(self, attempt: Attempt) -> str:
        """Whether an edit is known to change ``all`` kinds of values that are wrong, ``some`` alone, or ``any``."""
        reached = self.reach.of(attempt)
        if reached is None:
            return "any"
        kinds = {name.rstrip(digits) for name in reached}
        return "all" if {name.rstrip(digits) for name in self.charged} <= kinds else "some"
