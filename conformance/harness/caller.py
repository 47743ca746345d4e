"""Calling the code under test: every way to fail becomes a value, every answer a plain array.

Runs beside untrusted code.
"""

import hashlib
import inspect
import random
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from gradproof.conformance.harness import compat
from gradproof.conformance.harness.patching import replaced
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract, Function
from gradproof.conformance.spec.values import as_array, describe_value

SIGNATURES_KEPT = 256
SUITE = Path(__file__).parents[1]  # its own frames are in no message
GLOBAL_GENERATOR = "NumPy's global generator"


@dataclass(frozen=True)
class CallError:
    """Why a call gave no result. ``kind``: missing, interface, raised, timed_out, died, barred."""

    kind: str
    function: str
    message: str


@dataclass(frozen=True)
class Observed:
    """What came back from one case: arrays, values that are not arrays (in words), and the error that ended it."""

    arrays: Mapping[str, Array]
    oddities: Mapping[str, str] = field(default_factory=dict)
    error: CallError | None = None
    printed: int = 0
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    script: tuple[str, ...] = ()  # the exercise as lines of Python, where it depends on the submission's own style


class CallFailed(Exception):
    """Ends an exercise; carries the CallError."""

    def __init__(self, error: CallError) -> None:
        super().__init__(error.message)
        self.error = error


@contextmanager
def generators_put_back() -> Iterator[None]:
    """Whatever is drawn from the legacy global generators, they are as they were in the end."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)


def seed(*key: int) -> None:
    """Set the legacy global generators to a function of ``key``: code that ignores its seed repeats itself."""
    np.random.seed([k % 2**32 for k in key])
    random.seed(str(key))
    np.random.random()  # so that the next draw does not renew the generator's key


class Caller:
    """Calls a submission's functions for an exercise and turns every way to fail into a CallError.

    Args:
        functions: the submission's.
        contract: whose functions may be called.
        barred: functions that are not called again because they hung or ended the process.
        announce: told each function's name before it is called.
        watch: keep copies of the array arguments and of the parameter dictionaries from before and after each call.
        broken: functions that are there but whose file cannot be imported, with the reason.
        disturb: after each call, call the same function once more on other values, as another layer would.
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        contract: Contract,
        barred: Iterable[str] = (),
        announce: Callable[[str], None] = lambda _name: None,
        watch: bool = False,
        disturb: bool = False,
        broken: Mapping[str, str] | None = None,
    ) -> None:
        self._functions = functions
        self._broken = broken or {}
        self._contract = contract
        self._barred = frozenset(barred)
        self._announce = announce
        self._watch = watch
        self._disturb = disturb
        self.watched: dict[str, Array] = {}
        self._arguments: dict[str, object] = {}
        self.parameters: dict[str, dict[str, object]] = {}
        self.script: list[str] = []

    def call(self, name: str, *arguments: object) -> tuple[object, ...]:
        """See :class:`gradproof.conformance.spec.contract.Subject`."""
        declared = self._contract.function(name)
        function = self.offered(name)
        self._require_signature(function, declared, arguments)
        self._require_allowed(name)
        self._announce(name)
        decoys = [_decoy(a) for a in arguments] if self._disturb else []
        named = dict(zip(declared.takes, arguments, strict=True))
        self._keep("before", name, named)
        values = self._values(declared, self._guarded(name, function, arguments))
        self._keep("after", name, named)
        if self._disturb:
            self._guarded(name, function, decoys)
        return values

    def offered(self, name: str) -> Any:
        """The submission's function or class of that name; ends the exercise if it has none."""
        function = self._functions.get(name)
        if function is None:
            reason = self._broken.get(name)
            expected = self._contract.function(name).signature()
            self.end("missing", name, f"is not available: {reason}" if reason else f"is missing; expected {expected}")
        return function

    def attempt(self, name: str, action: Callable[[], Any], **given: object) -> Any:
        """Do something with the submission's objects under the name of a function; ``given`` is watched for writes."""
        self._require_allowed(name)
        self._announce(name)
        self._keep("before", name, given)
        value = self._guarded(name, action, ())
        self._keep("after", name, given)
        return value

    def end(self, kind: str, name: str, message: str) -> NoReturn:
        """End the exercise: the error is that ``name`` does what the message says."""
        raise CallFailed(CallError(kind, name, f"{name} {message}"))

    @contextmanager
    def replaced(self, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
        """The submission's own functions of these names replaced, wherever its code calls them."""
        with replaced(self._functions, functions):
            yield

    def finish(self) -> None:
        """At the end of a watched exercise: how every argument looks then, after all that was called later."""
        for key, argument in self._arguments.items():
            array = as_array(argument)
            if array is not None:
                self.watched[key] = array

    def _require_allowed(self, name: str) -> None:
        if name in self._barred:
            self.end("barred", name, "is not called again: it hung or ended the process before")

    def _require_signature(
        self, function: Callable[..., Any], declared: Function, arguments: tuple[object, ...]
    ) -> None:
        signature = (_kept_signature if isinstance(function, FunctionType) else _signature)(function)
        if signature is None:
            return
        try:
            signature.bind(*arguments)
        except TypeError as error:
            message = f"{declared.name}{signature} cannot be called as {declared.signature()}: {error}"
            raise CallFailed(CallError("interface", declared.name, message)) from None

    def _guarded(self, name: str, function: Callable[..., Any], arguments: Iterable[object]) -> object:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                return function(*arguments)
        except KeyboardInterrupt:
            raise
        except SystemExit as error:
            raise CallFailed(CallError("raised", name, f"{name} called sys.exit({error.code!r})")) from None
        except BaseException as error:  # noqa: BLE001 - whatever a submission raises is its result
            raise CallFailed(CallError("raised", name, f"{name} raised {describe_exception(error)}")) from None

    def _values(self, declared: Function, value: object) -> tuple[object, ...]:
        expected = len(declared.returns)
        if expected == 1:
            return (value,)
        if isinstance(value, tuple | list) and len(value) == expected:
            return tuple(value)
        got = f"{len(value)} values" if isinstance(value, tuple | list) else describe_value(value)
        message = f"{declared.name} returned {got}, expected {expected} values: {', '.join(declared.returns)}"
        raise CallFailed(CallError("interface", declared.name, message))

    def _keep(self, moment: str, function: str, arguments: Mapping[str, object]) -> None:
        if not self._watch:
            return
        self.parameters.setdefault(f"{function}:{GLOBAL_GENERATOR}:{moment}", {"key": _global_key()})
        for name, argument in arguments.items():
            key = f"{function}:{name}:{moment}"
            array = as_array(argument) if isinstance(argument, np.ndarray) else None
            if array is not None:
                self.watched.setdefault(key, array)
                self._arguments.setdefault(f"{function}:{name}:end", argument)
            elif isinstance(argument, dict):
                self.parameters.setdefault(key, {str(k): _plain(v) for k, v in argument.items()})


def describe_exception(error: BaseException) -> str:
    """Type, message and the submission's own line, never a traceback."""
    try:
        text = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - the submission's own exception class
        text = []
    message = f"{type(error).__name__}: {text[0][:300]}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [
        frame
        for frame in frames
        if not Path(frame.filename).is_relative_to(SUITE) and not frame.filename.startswith("<")
    ]
    place = f" ({Path(theirs[-1].filename).name}, line {theirs[-1].lineno})" if theirs else ""
    unfilled = "; something is still None there" if "NoneType" in message else ""
    if isinstance(error, NotImplementedError) or message.endswith("exceptions must derive from BaseException"):
        unfilled = "; it looks unfilled"
    return message + place + unfilled + (f"; {hint}" if (hint := compat.hint(message)) else "")


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


_kept_signature = lru_cache(SIGNATURES_KEPT)(_signature)


def _global_key() -> str:
    """What a draw leaves as it is, unless it is the first or of some hundred numbers, and a seed does not."""
    return hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest()  # type: ignore[index]


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else type(value).__name__


def _decoy(argument: object) -> object:
    if isinstance(argument, np.ndarray):
        return argument.copy() if argument.dtype.kind != "f" else argument * 0.5 + 0.25
    if isinstance(argument, dict):
        return {key: value.copy() if isinstance(value, np.ndarray) else value for key, value in argument.items()}
    return argument
