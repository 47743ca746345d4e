"""What the first calls of a right way on a case give: the same for every edit of what is called after them.

A call is remembered if nothing else can have come of it: it changes none of its arguments, and what it gives is made of
plain values and arrays that share no memory with others. It is given again for as long as all functions that it went
through have the code that they had then, so that an edit of one of them is made in earnest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass
from types import CodeType, FrameType, FunctionType, NoneType
from typing import Any

import numpy as np

from gradproof.conformance.harness.counting.profiling import traced
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.limits import MIB

MOST = MIB  # bytes of all that a way gives on a case
PLAIN = (int, float, complex, str, slice, NoneType, np.generic)
CONTAINERS = (tuple, list, dict)

Action = Callable[..., object]


class _NotKept(Exception):
    """A value is of a kind that is not remembered."""


@dataclass(frozen=True, eq=False)
class Call:
    """A call that was made, its arguments and its value among what is kept, and the functions that it went through."""

    name: str
    arguments: tuple[object, ...]
    value: object
    through: Mapping[FunctionType, CodeType]

    def holds(self) -> bool:
        """Whether it would be the same now."""
        return all(function.__code__ is code for function, code in self.through.items())


Memory = Sequence[Call]  # from the first on, as far as they are remembered
NOTHING: Memory = ()


@dataclass
class Remembering:
    """Makes calls and keeps what they give, up to the first that is none to be remembered.

    Args:
        functions: those that may be edited, by their code.
    """

    functions: Mapping[CodeType, FunctionType]
    calls: list[Call] = field(default_factory=list)
    _known: list[object] = field(default_factory=list)  # so that nothing new is found where it was
    _kept: dict[int, object] = field(default_factory=dict)  # by what it is a copy of; arguments are kept themselves
    _arrays: dict[int, Array] = field(default_factory=dict)
    _is_over: bool = False

    def made(self, name: str, action: Action, arguments: tuple[object, ...]) -> object:
        """Make a call."""
        before, entered = _told(arguments), set[CodeType]()

        def note(frame: FrameType, _event: str, _argument: object) -> None:  # which asks for no lines
            entered.add(frame.f_code)

        with traced(note):
            value = action(*arguments)
        self._is_over = self._is_over or before != _told(arguments)
        if not self._is_over:
            self._is_over = True  # unless it can be kept
            with suppress(_NotKept):
                self.calls.append(self._call(name, arguments, value, entered))
                self._is_over = False
        return value

    def _call(self, name: str, arguments: tuple[object, ...], value: object, entered: set[CodeType]) -> Call:
        self._known += [arguments, value]
        for argument in arguments:
            self._kept.setdefault(id(argument), argument)
        for array in (*_arrays_in(arguments), *_arrays_in(value)):
            self._require_apart(array)
        kept = copied(value, self._kept)
        through = {self.functions[code]: code for code in entered if code in self.functions}
        return Call(name, tuple(self._kept[id(argument)] for argument in arguments), kept, through)

    def _require_apart(self, array: Array) -> None:
        if id(array) in self._arrays:
            return
        if any(np.may_share_memory(array, other) for other in self._arrays.values()):
            raise _NotKept
        self._arrays[id(array)] = array
        if sum(each.nbytes for each in self._arrays.values()) > MOST:
            raise _NotKept


class Recalling:
    """Gives again what calls gave, as long as they hold; then makes them."""

    def __init__(self, memory: Memory) -> None:
        self._left = list(reversed(memory))
        self._now: dict[int, object] = {}  # by what is kept of it

    def made(self, name: str, action: Action, arguments: tuple[object, ...]) -> object:
        """Give a call's value as it was given, or make it."""
        if self._left and self._left[-1].name == name and self._left[-1].holds():
            call = self._left.pop()
            self._now.update(zip(map(id, call.arguments), arguments, strict=True))
            return copied(call.value, self._now)
        self._left.clear()
        return action(*arguments)


def copied(value: Any, known: dict[int, object]) -> Any:
    """A copy of a value, in which what is ``known`` already is what it is known as."""
    if isinstance(value, PLAIN):
        return value
    if id(value) not in known:
        known[id(value)] = _copy(value, known)
    return known[id(value)]


def _copy(value: Any, known: dict[int, object]) -> Any:
    if type(value) is np.ndarray and value.dtype.kind != "O":
        made = np.array(value, order="K")
        if made.strides != value.strides:
            raise _NotKept  # in another order sums are rounded otherwise
        return made
    if type(value) is dict:
        return {key: copied(each, known) for key, each in value.items()}
    if type(value) in CONTAINERS:
        return type(value)(copied(each, known) for each in value)
    if is_dataclass(value):
        other: Any = object.__new__(type(value))
        vars(other).update(copied(vars(value), known))
        return other
    raise _NotKept


def _arrays_in(value: object) -> Iterator[Array]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, CONTAINERS):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _arrays_in(each)
    elif is_dataclass(value):
        yield from _arrays_in(vars(value))


def _told(value: Any) -> object:
    """What a value holds, to be compared with what it holds later."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, dict):
        return [(key, _told(each)) for key, each in value.items()]
    if isinstance(value, CONTAINERS):
        return [_told(each) for each in value]
    if is_dataclass(value):
        return _told(vars(value))
    return value if isinstance(value, PLAIN) else id(value)
