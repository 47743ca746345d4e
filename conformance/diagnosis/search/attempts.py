"""An edit run on a case: the function's code is exchanged for the changed one as long as it runs."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import CodeType, FrameType, FunctionType
from typing import Any, NoReturn

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.keeping import everything_kept, kept_as
from gradproof.conformance.diagnosis.remembering import NOTHING, Memory, Recalling, Remembering
from gradproof.conformance.diagnosis.search import wider
from gradproof.conformance.diagnosis.search.edits import MEANT, Edit, compile_together, compiled_alone, edits_of
from gradproof.conformance.diagnosis.search.kinds import plainness
from gradproof.conformance.diagnosis.search.scope import scopes_of
from gradproof.conformance.diagnosis.search.ways import Way
from gradproof.conformance.harness.caller import CallFailed
from gradproof.conformance.harness.counting.profiling import profiled
from gradproof.conformance.harness.global_state.generators import seed
from gradproof.conformance.harness.patching import replaced
from gradproof.conformance.harness.session import fresh
from gradproof.conformance.spec.cases import Case, blinded
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.findings import Kind, found

DROPPING = ("dropout", "dropout2d")  # contracts whose mask is a free choice
OFTEN = 4  # times that a way is asked what it gives on a case, before that is remembered: which takes twice as long
OF_ITSELF = 200  # calls, what a run costs beside those that its way makes
OF_THE_NETWORK = ("loss", "forward", "backward")  # methods that a contract of their own judges

Runs = tuple[CaseRecord, ...]
Observed = Iterator[tuple[str, object]]


@dataclass(frozen=True, eq=False)
class Attempt:
    """A way with one edit in it.

    Args:
        way: that is edited.
        edit: the change.
        function: what is changed.
        number: what was solved for, if anything was.
        other: a second edit that is made beside this one.
    """

    way: Way
    edit: Edit
    function: FunctionType
    number: float | None = None
    other: "Attempt | None" = None

    def with_number(self, number: float) -> "Attempt":
        """The same with a number in the place that is free."""
        return replace(self, number=number)

    @property
    def parts(self) -> tuple["Attempt", ...]:
        """Each edit by itself."""
        return (self,) if self.other is None else (replace(self, other=None), self.other)

    @contextmanager
    def made(self) -> Iterator[None]:
        """The way is the edited one, until the end."""
        before = {function: function.__code__ for function in self._codes}
        for function, code in self._codes.items():
            function.__code__ = code
        self.way.space[wider.FREE] = self.number
        self.way.space[MEANT] = self.edit.number
        try:
            yield
        finally:
            for function, code in before.items():
                function.__code__ = code

    @cached_property
    def _codes(self) -> dict[FunctionType, CodeType]:
        """The changed functions; none where nothing is left that could be compiled."""
        if self.other is None:
            return {self.function: self.edit.code or self.function.__code__}
        if self.function is self.other.function:
            codes = {self.function: compiled_alone(self.edit, self.other.edit)}
        else:
            codes = {each.function: compiled_alone(each.edit) for each in (self, self.other)}
        return {function: code for function, code in codes.items() if code is not None}


@dataclass
class Budget:
    """What may still be spent on a submission, in calls of functions: the same on every machine."""

    left: int


@dataclass
class _Plain:
    """A way as the subject of an exercise, without what guards against a submission."""

    functions: Mapping[str, Callable[..., Any]]
    contract: Contract
    calls: Remembering | Recalling
    script: list[str] = field(default_factory=list)

    def call(self, name: str, *arguments: object) -> tuple[object, ...]:
        """See :class:`gradproof.conformance.spec.contract.Subject`, as what follows."""
        value = self.calls.made(name, self.functions[name], arguments)
        expected = len(self.contract.function(name).returns)
        if expected == 1:
            return (value,)
        if isinstance(value, tuple | list) and len(value) == expected:
            return tuple(value)
        return self.end(Kind.RETURNS, name)

    def offered(self, name: str) -> Any:
        """As it is there."""
        return self.functions[name]

    def attempt(self, name: str, action: Callable[[], Any], **given: object) -> Any:  # noqa: ARG002 - nobody watches
        """As it comes."""
        return action()

    def end(self, kind: Kind, name: str, **fields: Any) -> NoReturn:
        """As it must."""
        raise CallFailed(found(kind, function=name, **fields))

    def replaced(self, functions: Mapping[str, Callable[..., Any]]) -> AbstractContextManager[None]:
        """As a dropout with given masks is."""
        return replaced(self.functions, functions)


def observations(way: Way, record: CaseRecord, is_local: bool) -> Observed:
    """What a way gives on the case of a record, one after the other. Raises what the way raises.

    What trains draws its samples in the order in which the submission does.
    """
    case = _case(record, is_local)
    if trains(record.contract):
        seed(case.seed, case.index, 0)
    calls = Recalling(_memory_of(way, record, is_local))
    return record.contract.run(_Plain(way.session.functions, record.contract, calls), fresh(case))


def _memory_of(way: Way, record: CaseRecord, is_local: bool) -> Memory:
    """What the way's first calls on a case give. Who asks for it often has it remembered, for all submissions."""
    kept, key = record.case.kept, ("calls", way, is_local)
    asked: int | Memory = kept.get(key, 0)
    if isinstance(asked, int):
        is_often = asked == OFTEN and not trains(record.contract)
        asked = kept[key] = _remembered(way, record, is_local) if is_often else asked + 1
    return NOTHING if isinstance(asked, int) else asked


def _remembered(way: Way, record: CaseRecord, is_local: bool) -> Memory:
    calls = Remembering(way.functions)
    subject = _Plain(way.session.functions, record.contract, calls)
    with _unedited(way), suppress(Exception):  # it gives what it gives until then
        for _ in record.contract.run(subject, fresh(_case(record, is_local))):
            pass
    return calls.calls


@contextmanager
def _unedited(way: Way) -> Iterator[None]:
    """The way as it is, until the end."""
    edited = {function: function.__code__ for code, function in way.functions.items() if function.__code__ is not code}
    for code, function in way.functions.items():
        function.__code__ = code
    try:
        yield
    finally:
        for function, code in edited.items():
            function.__code__ = code


def trains(contract: Contract) -> bool:
    """Whether it has a training."""
    return any(function.name.endswith(".train") for function in contract.functions)


def runs(way: Way, record: CaseRecord, is_local: bool) -> Runs:
    """What a way gives as records: as it is, and with nothing dropped where that is a free choice."""
    free = _run(way, record, is_local)
    if record.contract.name not in DROPPING or not record.answer.values:
        return (free,)
    with everything_kept():
        return free, _run(way, record, is_local)


def of_the_same_mask(way: Way, record: CaseRecord, is_local: bool) -> CaseRecord | None:
    """What a way gives where it keeps what the submission kept; None where nothing shows what that was."""
    out = record.usable.get("out")
    if record.contract.name not in DROPPING or out is None:
        return None
    with kept_as(out != 0):
        return _run(way, record, is_local)


def calls(way: Way, record: CaseRecord, is_local: bool) -> int:
    """How many functions are called where a way answers a case: what one costs, whatever the machine has to do.

    What Python calls as it collects garbage, at times that nobody foresees, is not among them.
    """
    count = OF_ITSELF

    def entered(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    with _uncollected(), profiled(entered):
        runs(way, record, is_local)
    return count


@contextmanager
def _uncollected() -> Iterator[None]:
    was_collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collected:
            gc.enable()


def _run(way: Way, record: CaseRecord, is_local: bool) -> CaseRecord:
    observed = way.session.run(record.contract, _case(record, is_local))
    return CaseRecord(record.contract, record.case, record.answer, observed)


def _case(record: CaseRecord, is_local: bool) -> Case:
    return record.case if is_local else replace(record.case, seed=blinded(record.case.seed))


_KEPT: dict[tuple[str, str, str, tuple[str, ...], bool], list[Attempt]] = {}


def attempts_of(
    way: Way, contract: Contract, dialect: Dialect, records: Sequence[CaseRecord], in_layers: bool = False
) -> list[Attempt]:
    """Every edit of what cases reach of a way, the plainest first: the same for every submission.

    Those of a network's own layers alone, or all others: layers mostly have contracts of their own.
    """
    scenarios = tuple(each.case.scenario for each in records)
    key = (way.name, contract.name, dialect.tag(contract.dialects), scenarios, in_layers)
    if key not in _KEPT:
        scopes = scopes_of(way.trees, lambda: [runs(way, record, True) for record in records])
        others = ("__init__", *(OF_THE_NETWORK if trains(contract) else ()))
        reached = {
            code: seen
            for code, seen in scopes.items()
            if code.co_name not in others and _is_of_a_layer(code, contract) == in_layers
        }
        attempts = [
            Attempt(way, edit, way.functions[code])
            for code, seen in reached.items()
            for edit in edits_of(way.trees[code], seen)
        ]
        _KEPT[key] = sorted(attempts, key=lambda attempt: plainness(attempt.edit))
        compile_together([attempt.edit for attempt in _KEPT[key]])
    return _KEPT[key]


def _is_of_a_layer(code: CodeType, contract: Contract) -> bool:
    """Whether it is a function that a network calls, and no method of its own."""
    return contract.transplants and "." not in code.co_qualname
