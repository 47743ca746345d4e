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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import is_
from typing import Any

import numpy as np

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
Shared = Mapping[str, Mapping[str, object]]  # by the module, as it is told with its names
_all, _map, _callable = all, map, callable  # whatever becomes of the names


def shared() -> Shared:
    """What the modules that all code uses hold now."""
    whole = {prefix: WHERE[prefix].copy() for prefix in WHOLE}
    return {**whole, **{prefix: {name: WHERE[prefix].get(name) for name in names} for prefix, names in KEPT.items()}}


def changed(before: Shared) -> Iterator[str]:
    """The functions and classes that are others now, by their names."""
    return (f"{prefix}{name}" for prefix, name, value in _others(before) if _callable(value) and name not in HARMLESS)


@contextmanager
def functions_put_back() -> Iterator[None]:
    """Whatever takes the place of what all code uses, that has it again in the end."""
    before = shared()
    try:
        yield
    finally:
        for prefix, name, value in _others(before):
            WHERE[prefix][name] = value


def _others(before: Shared) -> Iterator[tuple[str, str, object]]:
    """What is another now: its module, its name, and what it was."""
    for prefix, held in before.items():
        now = WHERE[prefix]
        if prefix in WHOLE and _all(_map(is_, held.values(), now.values())):
            continue
        for name, value in held.items():
            if now.get(name) is not value:
                yield prefix, name, value
