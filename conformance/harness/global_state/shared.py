"""What all code of a process uses, ours among it: whether a submission puts something else in its place."""

import builtins
import dataclasses
import inspect
import json
import pathlib
import random
import struct
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import c_void_p, sizeof, string_at
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

MOST_NAMES = 5
HARMLESS = frozenset(("print", "input"))  # it is no result that they change
WHOLE = {"": builtins, "json.": json, "struct.": struct, "np.": np, "np.random.": np.random, "np.linalg.": np.linalg}
PARTS = {
    "dataclasses.": (dataclasses, ("asdict", "replace")),
    "inspect.": (inspect, ("signature",)),
    "pathlib.": (pathlib, ("Path",)),
    "random.": (random, ("getstate", "seed", "setstate")),
    "time.": (time, ("monotonic",)),
    "warnings.": (warnings, ("catch_warnings",)),
}
WHERE: Mapping[str, dict[str, Any]] = {
    **{prefix: vars(module) for prefix, module in WHOLE.items()},
    **{prefix: vars(module) for prefix, (module, _) in PARTS.items()},
}
KEPT = {prefix: names for prefix, (_, names) in PARTS.items()}
ALL_OF = tuple(WHERE[prefix] for prefix in WHOLE)
PART_OF = tuple((WHERE[prefix], name) for prefix, names in KEPT.items() for name in names)
POINTER = sizeof(c_void_p)
ITEMS = list.__basicsize__ - 2 * POINTER  # from where a list begins to where its values are said to lie
_id, _len, _callable, _read, _address = id, len, callable, string_at, c_void_p.from_address  # whatever is replaced


class Shared(NamedTuple):
    """What the modules that all code uses hold, and where each of it lies in memory."""

    held: Mapping[str, Mapping[str, object]]  # by the module, as it is told with its names
    places: bytes


_last = [Shared({}, b"")]


def shared() -> Shared:
    """What the modules that all code uses hold now."""
    if (places := _places()) != _last[0].places:
        held = {prefix: WHERE[prefix].copy() for prefix in WHOLE}
        held |= {prefix: {name: WHERE[prefix].get(name) for name in names} for prefix, names in KEPT.items()}
        _last[0] = Shared(held, places)
    return _last[0]


def _places() -> bytes:
    """Where all of it lies in memory: to compare a thousand objects one by one takes longer than many a call."""
    values: list[object] = []
    for held in ALL_OF:
        values += held.values()
    values += [held.get(name) for held, name in PART_OF]
    return _read(_address(_id(values) + ITEMS).value or 0, _len(values) * POINTER)


def changed(before: Shared, after: Shared | None = None) -> Iterator[str]:
    """The functions and classes that are others afterwards, or now, by their names."""
    told = _others(before, after or shared())
    return (f"{prefix}{name}" for prefix, name, value in told if _callable(value) and name not in HARMLESS)


def names_of_changed(before: Shared, after: Shared | None = None) -> str:
    """Some of these names, in words; none if nothing is another."""
    return ", ".join(islice(changed(before, after), MOST_NAMES))


@contextmanager
def functions_put_back(tell: Callable[[str], object] = lambda _names: None) -> Iterator[Shared]:
    """Whatever takes the place of what all code uses, that has it again in the end; ``tell`` is told its names."""
    before = shared()
    try:
        yield before
    finally:
        after = shared()
        if names := names_of_changed(before, after):
            tell(names)
        for prefix, name, value in _others(before, after):
            WHERE[prefix][name] = value


def _others(before: Shared, after: Shared) -> Iterator[tuple[str, str, object]]:
    """What is another afterwards: its module, its name, and what it was."""
    if after is before:
        return
    for prefix, held in before.held.items():
        now = after.held[prefix]
        for name, value in held.items():
            if now.get(name) is not value:
                yield prefix, name, value
