"""Calling the code under test, beside it: every way to fail becomes a value, every answer a plain array."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, NamedTuple, NoReturn
from warnings import catch_warnings

import numpy as np
from numpy import errstate, geterr

from gradproof.conformance.harness import compat
from gradproof.conformance.harness.absent.placeholders import require_there
from gradproof.conformance.harness.counting.forwards import Called, forwards
from gradproof.conformance.harness.counting.rewritten import CACHE, made_again, made_ahead
from gradproof.conformance.harness.global_state import generators
from gradproof.conformance.harness.global_state.shared import Shared, names_of_changed, shared
from gradproof.conformance.harness.patching import replaced
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract, Function
from gradproof.conformance.spec.findings import Finding, Kind, Raised, Thing, found
from gradproof.conformance.spec.open_row.declined import misfit_of, reason_of
from gradproof.conformance.spec.values import MAX_ELEMENTS, as_array, described, raised

SIGNATURES_KEPT = 256
GLOBAL_GENERATOR = "NumPy's global generator"
FORWARDS = "the forward"
IGNORED = dict.fromkeys(("divide", "over", "under", "invalid"), "ignore")  # of NumPy's errors, in every call


class Watch(NamedTuple):
    """When an argument of a call was looked at: before, after, or at the end.

    Or a value that the k-th call returned, ``returned k``; the same after other calls were made, ``kept k``; what the
    call returns then on the same arguments, ``again k``, and what where these arrays hold other values, ``moved k``.
    """

    function: str
    argument: str
    moment: str


@dataclass(frozen=True)
class Observed:
    """What came back from one case: arrays, values that are no arrays, and what ended it before its end."""

    arrays: Mapping[str, Array]
    oddities: Mapping[str, Thing] = field(default_factory=dict)
    error: Finding | None = None
    printed: int = 0
    watched: Mapping[Watch, Array] = field(default_factory=dict)  # arguments that are arrays
    parameters: Mapping[Watch, Mapping[str, object]] = field(default_factory=dict)  # those that are dictionaries
    script: tuple[str, ...] = ()  # the exercise as lines of Python, where it depends on the submission's own style
    left_out: Finding | None = None  # why an adapter declined the rest of the case, which is no error then

    def __post_init__(self) -> None:
        if self.error is not None and self.error.kind == Kind.DECLINED and self.arrays:
            object.__setattr__(self, "left_out", self.error)
            object.__setattr__(self, "error", None)


class CallFailed(Exception):
    """Ends an exercise; carries what was found."""

    def __init__(self, error: Finding) -> None:
        super().__init__(error.kind)
        self.error = error


class Caller:
    """Calls a submission's functions for an exercise and turns every way to fail into a Finding.

    Args:
        functions: the submission's.
        contract: whose functions may be called.
        barred: functions that are not called again because they hung or ended the process.
        announce: told each function's name before it is called.
        before: what everybody shares, as it is now. If it is given, the calls are watched: they are kept, and copies
            of their array arguments and parameter dictionaries from before and after.
        broken: functions that are there but whose file cannot be imported, with the reason.
        adapter: the file of one, which may decline a case.
        replaced: by function, what it put something else in the place of, in any case; what is seen is added.
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        contract: Contract,
        barred: Iterable[str] = (),
        announce: Callable[[str], None] = lambda _name: None,
        before: Shared | None = None,
        broken: Mapping[str, str] | None = None,
        adapter: str = "",
        replaced: dict[str, str] | None = None,
    ) -> None:
        self._functions = functions
        self._broken = broken or {}
        self._contract = contract
        self._barred = frozenset(barred)
        self._announce = announce
        self._watch = before is not None
        self._adapter = adapter
        self.calling = contract.functions[0].name  # the last function that was called
        self._calls: list[Called] = []
        self.watched: dict[Watch, Array] = {}
        self._arguments: dict[Watch, object] = {}
        self.parameters: dict[Watch, dict[str, object]] = {}
        self._generators: dict[tuple[str, str], tuple[bytes, bool]] = {}  # as they were at a function's first call
        self._sets_errors = False
        self._shared = before or Shared({}, b"")  # as the last call left it
        self._replaced = {} if replaced is None else replaced
        self.script: list[str] = []

    def call(self, name: str, *arguments: object) -> tuple[object, ...]:
        """See :class:`gradproof.conformance.spec.contract.Subject`."""
        declared = self._contract.function(name)
        function = self.offered(name)
        self._require_signature(function, declared, arguments)
        self._require_allowed(name)
        self._begin(name)
        named = dict(zip(declared.takes, arguments, strict=True))
        self._keep("before", name, named)
        values = self._values(declared, self._guarded(name, function, arguments))
        self._require_there(declared, values)
        self._keep("after", name, named)
        if self._watch:
            returned = dict(zip(declared.returns, values, strict=True))
            copies = {key: array for key, value in returned.items() if (array := _array(value)) is not None}
            self._calls.append(Called(name, function, arguments, returned, copies))
        return values

    def offered(self, name: str) -> Any:
        """The submission's function or class of that name; ends the exercise if it has none."""
        function = self._functions.get(name)
        if function is None:
            if reason := self._broken.get(name):
                self.end(Kind.UNAVAILABLE, name, reason=reason)
            self.end(Kind.MISSING, name, expected=self._contract.function(name).signature())
        return function

    def attempt(self, name: str, action: Callable[[], Any], **given: object) -> Any:
        """Do something with the submission's objects under the name of a function; ``given`` is watched for writes."""
        self._require_allowed(name)
        self._begin(name)
        self._keep("before", name, given)
        value = self._guarded(name, action, ())
        self._keep("after", name, given)
        return value

    def end(self, kind: Kind, name: str, **fields: Any) -> NoReturn:
        """End the exercise with a finding of this kind about the function ``name``."""
        raise CallFailed(found(kind, function=name, **fields)) from None

    @contextmanager
    def replaced(self, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
        """The submission's own functions of these names replaced, wherever its code calls them."""
        with replaced(self._functions, functions):
            yield

    def recall(self, announce: Callable[[str], None], is_first: bool = True) -> dict[Watch, Array]:
        """What the calls were given and what they returned, then and now, and what they return now.

        Those are made again that were given what another returned; the first, if it ``is_first`` of its contract.
        """
        for (function, moment), (state, errors) in self._generators.items():
            seeded = moment == "after" and generators.is_seeded(self._generators[function, "before"][0], state)
            told: dict[str, object] = {"seeded": seeded, "errors": moment == "after" and errors}
            told |= {"replaced": self._replaced.get(function, "")} if moment == "after" else {}
            self.parameters[Watch(function, GLOBAL_GENERATOR, moment)] = told
        arguments = {key: _array(_numbers(argument)) for key, argument in self._arguments.items()}
        seen = self.watched | {key: array for key, array in arguments.items() if array is not None}
        once_more = partial(self._once_more, announce)
        seen |= self._watched(made_again(self._calls, once_more))
        with suppress(CallFailed):
            for k, (function, count) in enumerate(forwards(self._calls, lambda call: partial(self._made, call))):
                self.parameters[Watch(function, FORWARDS, str(k))] = {"forwards": count}
            seen |= self._watched(made_ahead(self._calls, once_more)) if is_first else {}
        return seen

    def _watched(self, made: Iterable[tuple[int, str, Mapping[str, object]]]) -> dict[Watch, Array]:
        seen: dict[Watch, Array] = {}
        for k, moment, values in made:
            named = {name: array for name in self._calls[k].copies if (array := _array(values.get(name))) is not None}
            seen |= {Watch(self._calls[k].function, name, f"{moment} {k}"): array for name, array in named.items()}
        return seen

    def _once_more(self, announce: Callable[[str], None], call: Called) -> dict[str, object]:
        announce(call.function)
        values = self._values(self._contract.function(call.function), self._made(call))
        return dict(zip(call.values, values, strict=False))

    def _made(self, call: Called) -> object:
        return self._guarded(call.function, call.action, call.arguments)

    def _begin(self, name: str) -> None:
        self.calling = name
        self._announce(name)

    def _require_allowed(self, name: str) -> None:
        if name in self._barred:
            self.end(Kind.BARRED, name)

    def _require_there(self, declared: Function, values: tuple[object, ...]) -> None:
        try:
            require_there(value for key, value in zip(declared.returns, values, strict=True) if key != CACHE)
        except ImportError as error:
            self.end(Kind.RAISED, declared.name, exception=told_of(error))

    def _require_signature(
        self, function: Callable[..., Any], declared: Function, arguments: tuple[object, ...]
    ) -> None:
        if refusal := (_kept_refusal if isinstance(function, FunctionType) else _refusal)(function, len(arguments)):
            own, reason = refusal
            self.end(Kind.SIGNATURE, declared.name, got=own, expected=declared.signature(), reason=reason)

    def _guarded(self, name: str, function: Callable[..., Any], arguments: Iterable[object]) -> object:
        try:
            with errstate(all="ignore"), catch_warnings(action="ignore"):
                value = function(*arguments)
                self._sets_errors = geterr() != IGNORED
                return value
        except KeyboardInterrupt:
            raise
        except SystemExit as error:
            self.end(Kind.EXITED, name, got=repr(error.code))
        except BaseException as error:  # noqa: BLE001 - whatever a submission raises is its result
            if (reason := reason_of(error, self._adapter)) is not None:
                self.end(Kind.DECLINED, name, reason=reason)
            if (why := misfit_of(error, self._adapter)) is not None:
                self.end(Kind.SIGNATURE, name, got="", expected=self._contract.function(name).signature(), reason=why)
            self.end(Kind.RAISED, name, exception=told_of(error))

    def _values(self, declared: Function, value: object) -> tuple[object, ...]:
        expected = len(declared.returns)
        if expected == 1:
            return (value,)
        if isinstance(value, tuple | list) and len(value) == expected:
            return tuple(value)
        got = Thing("count", "values", length=len(value)) if isinstance(value, tuple | list) else described(value)
        return self.end(Kind.RETURNS, declared.name, got=got, count=expected, expected=declared.returns)

    def _keep(self, moment: str, function: str, arguments: Mapping[str, object]) -> None:
        if not self._watch:
            return
        if (function, moment) not in self._generators:
            self._generators[function, moment] = generators.state(), self._sets_errors
        if moment == "after":
            before, self._shared = self._shared, shared()
            if names := names_of_changed(before, self._shared):
                self._replaced.setdefault(function, names)
        for name, argument in arguments.items():
            key = Watch(function, name, moment)
            if key in self.watched or key in self.parameters:
                continue  # of the first call
            array = _array(_numbers(argument))
            if array is not None:
                self.watched[key] = array
                self._arguments.setdefault(Watch(function, name, "end"), argument)
            elif isinstance(argument, dict):
                self.parameters[key] = {str(k): _plain(v) for k, v in argument.items()}


def told_of(error: BaseException) -> Raised:
    """An exception of the submission, and what to do about it where that is owed to the age of the code."""
    plain = raised(error)
    return replace(plain, advice=compat.hint(plain.told))


def _refusal(function: Callable[..., Any], count: int) -> tuple[str, str] | None:
    """The signature of a function that does not take so many arguments, and why."""
    try:
        signature = inspect.signature(function)
    except Exception:  # noqa: BLE001 - whatever a callable of theirs says of itself
        return None
    try:
        signature.bind(*range(count))
    except TypeError as error:
        return str(signature), str(error)
    return None


_kept_refusal = lru_cache(SIGNATURES_KEPT)(_refusal)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else type(value).__name__


def _numbers(value: object) -> object:
    """A list of whole numbers as an array."""
    is_list = isinstance(value, list) and value and all(isinstance(each, int) for each in value)
    return np.array(value) if is_list else value


def _array(value: object) -> Array | None:
    return as_array(value) if isinstance(value, np.ndarray) and value.size <= MAX_ELEMENTS else None
