"""What checks ask of the code under test, and the session that answers in this very process."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gradproof.conformance.harness.caller import (
    Caller,
    CallFailed,
    Observed,
    told_of,
)
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.harness.global_state.generators import generators_put_back, seed
from gradproof.conformance.harness.global_state.shared import Shared, functions_put_back
from gradproof.conformance.harness.importing import LentName
from gradproof.conformance.harness.loader import Inventory, load
from gradproof.conformance.harness.patching import replaced
from gradproof.conformance.harness.stand_ins import StandIns
from gradproof.conformance.spec.cases import Array, Case, lay_out
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import function_names
from gradproof.conformance.spec.findings import Finding, Kind, Thing, found
from gradproof.conformance.spec.values import as_array, described, is_raised_by_us, raised_by_us


class Session(Protocol):
    """What checks ask of the code under test; a LocalSession answers in this process, a Sandbox in a child."""

    transplanted: tuple[str, ...]  # functions of the submission that proven ones stand in for, as long as they do
    hash_seed: str  # PYTHONHASHSEED, which the order of a set of texts follows from

    @property
    def inventory(self) -> Inventory:
        """What the submission offers."""

    def run(self, contract: Contract, case: Case, *, attempt: int = 0, following: Case | None = None) -> Observed:
        """Exercise the submission on one case. If it is told which one is ``following``, it may begin with it."""

    def recall(self, contract: Contract, back: int = 0) -> Observed:
        """How the arguments and results of the last run look now, or of that before it, if ``back`` is 1.

        Every run is watched, and nothing tells one that will be recalled, or one that only follows it, from the rest.
        """

    def probe(self, contract: Contract, case: Case, values: Mapping[str, Array]) -> Array | Finding:
        """The contract's objective at each of the stacked ``values`` of some inputs."""

    def close(self) -> None:
        """End the process, if there is one."""


RECALLED = 2  # runs that a session remembers
Again = Callable[[Session], Finding | None]  # the same request, of another session
Confirmed = Callable[[Finding, Contract, Again, tuple[str, ...]], Finding]  # a claim, as it counts


@contextmanager
def transplanting(session: Session, names: tuple[str, ...]) -> Iterator[None]:
    """Proven functions of these names stand in for the submission's, until the end."""
    session.transplanted = names
    try:
        yield
    finally:
        session.transplanted = ()


class LocalSession:
    """Runs cases on functions in this process: what the worker does for untrusted code, tests do directly.

    Args:
        functions: the submission's.
        inventory: where they were found.
        is_alone: whether nobody else in this process draws from the global generators.
        adapter: the file of one, which may decline a case.
        named: entered for each call: the submission has the names of its own packages then.
        confirmed: what becomes of the claim that our own code failed, and not the submission.
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        inventory: Inventory,
        is_alone: bool = False,
        named: AbstractContextManager[None] | None = None,
        adapter: Path | None = None,
        confirmed: Confirmed = lambda claim, *_: claim,
    ) -> None:
        self.functions = functions
        self.inventory = inventory
        self._guard = nullcontext if is_alone else generators_put_back
        self._named = named or nullcontext()
        self._adapter = str(adapter) if adapter else ""
        self._confirmed = confirmed
        self.transplanted: tuple[str, ...] = ()
        self._callers: deque[Caller] = deque(maxlen=RECALLED)
        self._recalled: set[str] = set()  # contracts
        self._replaced: dict[str, str] = {}  # by function: it may do so in a single case, which nobody looks at again
        self.hash_seed = os.environ.get("PYTHONHASHSEED", "random")

    def run(
        self,
        contract: Contract,
        case: Case,
        *,
        attempt: int = 0,
        following: Case | None = None,  # noqa: ARG002 - nothing is done beside the caller's work
        barred: Iterable[str] = (),
        announce: Callable[[str], None] = lambda _name: None,
        emit: Callable[[str, Array | Thing], None] = lambda _name, _value: None,
    ) -> Observed:
        """Exercise the submission on one case. ``emit`` is told each observation as it is made."""
        caller = Caller({}, contract)
        arrays: dict[str, Array] = {}
        oddities: dict[str, Thing] = {}
        error = None
        with self._guard(), self._put_back(lambda: caller.calling) as shared:
            try:
                told = self.inventory.broken, self._adapter, self._replaced
                caller = Caller(self._in_use(), contract, barred, announce, shared, *told)
                self._callers.append(caller)
                with self._named, self._transplants():
                    seed(case.seed, case.index, attempt)
                    for name, value in contract.run(caller, fresh(case)):
                        array = as_array(value)
                        if array is None:
                            oddities[name] = described(value)
                            emit(name, oddities[name])
                        else:
                            arrays[name] = array
                            emit(name, array)
            except CallFailed as failure:
                error = failure.error
            except KeyboardInterrupt:
                raise
            except BaseException as other:  # noqa: BLE001 - whoever raised it, it is a finding
                error = self._beyond_calls(other, contract, caller.calling)
        if error is not None and error.kind == Kind.HARNESS:
            again = partial(error_of_run, contract=contract, case=case, attempt=attempt)
            error = self._confirmed(error, contract, again, self.transplanted)
        return Observed(arrays, oddities, error, script=tuple(caller.script))

    def recall(
        self,
        contract: Contract,
        back: int = 0,
        *,
        announce: Callable[[str], None] = lambda _name: None,
    ) -> Observed:
        """See :class:`Session`. Raises LookupError if there was no such run."""
        caller, is_first = self._callers[-1 - back], contract.name not in self._recalled
        self._recalled.add(contract.name)
        with self._guard(), self._put_back(lambda: caller.calling), self._named, self._transplants():
            try:
                recalled = caller.recall(announce, is_first)
            except CallFailed as failure:
                return Observed({}, error=failure.error)
        return Observed({}, watched=recalled, parameters=caller.parameters)

    def probe(
        self,
        contract: Contract,
        case: Case,
        values: Mapping[str, Array],
        *,
        announce: Callable[[str], None] = lambda _name: None,
    ) -> Array | Finding:
        """The objective at each of the stacked ``values`` of some inputs; or the error that stopped it."""
        with self._guard(), self._put_back(lambda: contract.functions[0].name):
            try:
                with self._named, self._transplants():
                    outcomes = [
                        self._objective(contract, case, {name: stack[k] for name, stack in values.items()}, announce)
                        for k in range(len(next(iter(values.values()))))
                    ]
                if len({outcome.shape for outcome in outcomes}) == 1:
                    return np.stack(outcomes)
            except CallFailed as failure:
                return failure.error
            except KeyboardInterrupt:
                raise
            except BaseException as other:  # noqa: BLE001 - whoever raised it, it is a finding
                claim = self._beyond_calls(other, contract, contract.functions[0].name)
                again = partial(error_of_probe, contract=contract, case=case, values=values)
                return self._confirmed(claim, contract, again, self.transplanted)
        name = ", ".join(contract.objectives)
        return found(Kind.CHANGES_SHAPE, function=contract.functions[0].name, observation=name)

    def _put_back(self, function: Callable[[], str]) -> AbstractContextManager[Shared]:
        """As :func:`functions_put_back`; what was to be put back is the function's doing."""
        return functions_put_back(lambda names: self._replaced.setdefault(function(), names))

    def _beyond_calls(self, error: BaseException, contract: Contract, function: str) -> Finding:
        """What was raised outside of the submission's calls: by its own objects as they are looked at, or by us."""
        if is_raised_by_us(error, contract.exercise):
            return found(Kind.HARNESS, function=function, exception=raised_by_us(error, contract.exercise))
        return found(Kind.RAISED, function=function, exception=told_of(error))

    def _objective(
        self, contract: Contract, case: Case, moved: Mapping[str, Array], announce: Callable[[str], None]
    ) -> Array:
        caller = Caller(self._in_use(), contract, announce=announce)
        seed(case.seed, case.index)
        wanted: dict[str, object] = dict.fromkeys(contract.objectives)
        left = set(wanted)
        for name, value in contract.run(caller, fresh(case.with_inputs({**case.inputs, **moved}))):
            if name in left:
                wanted[name] = value
                left.remove(name)
            if not left:
                break
        arrays = []
        for name, value in wanted.items():
            array = as_array(value)
            if array is None:
                caller.end(Kind.IS, contract.functions[0].name, observation=name, got=described(value))
            arrays.append(array)
        return arrays[0] if len(arrays) == 1 else np.concatenate([array.ravel() for array in arrays])

    def close(self) -> None:
        """Nothing to end."""

    def _in_use(self) -> Mapping[str, Callable[..., Any]]:
        return {**self.functions, **self._proven()}

    def _proven(self) -> dict[str, Callable[..., Any]]:
        return {name: donor()[name] for name in self.transplanted}

    def _transplants(self) -> AbstractContextManager[None]:
        return replaced(self.functions, self._proven()) if self.transplanted else nullcontext()


def in_this_process(
    path: Path, adapter: Path | None = None, compat: bool | str = False, confirmed: Confirmed = lambda claim, *_: claim
) -> LocalSession:
    """A session on a submission that is imported here, whatever its packages are called."""
    names, named = function_names(), LentName(path)
    with named:
        functions, inventory = load(path, names, adapter, compat)
    return LocalSession(
        functions, with_absent(inventory, named.stand_ins), named=named, adapter=adapter, confirmed=confirmed
    )


def with_absent(inventory: Inventory, stand_ins: StandIns) -> Inventory:
    """What was loaded, and what is told of modules that are not there."""
    problems = (*inventory.problems, *stand_ins.last.notes())
    return replace(inventory, absent=tuple(sorted(stand_ins.given)), problems=problems)


def error_of_run(session: Session, contract: Contract, case: Case, **how: Any) -> Finding | None:
    """What ended a run."""
    return session.run(contract, case, **how).error


def error_of_recall(session: Session, contract: Contract, cases: tuple[Case, ...]) -> Finding | None:
    """What ended one of these runs, or the recall of the first of them."""
    ended = [session.run(contract, case).error for case in cases]
    return next(filter(None, ended), None) or session.recall(contract, len(cases) - 1).error


def error_of_probe(session: Session, contract: Contract, case: Case, values: Mapping[str, Array]) -> Finding | None:
    """What stopped a probe."""
    told = session.probe(contract, case, values)
    return told if isinstance(told, Finding) else None


def fresh(case: Case) -> Case:
    """The case with inputs of its own, in its memory layout: a submission that writes to them harms no other."""
    return case.with_inputs({name: lay_out(array, case.layout) for name, array in case.inputs.items()})
