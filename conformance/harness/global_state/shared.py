"""What all code of a process uses, ours among it: whether a file of a submission puts something else in its place."""

import builtins
import dataclasses
import inspect
import json
import pathlib
import random
import struct
import time
import warnings
from collections.abc import Iterator

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
Shared = tuple[tuple[str, dict[str, object], str, object], ...]  # as it is told, where it stands, its name, and it


def shared() -> Shared:
    """The functions and classes that all code uses, as they are now."""
    modules = {**{prefix: (module, tuple(vars(module))) for prefix, module in WHOLE.items()}, **PARTS}
    return tuple(
        (f"{prefix}{name}", vars(module), name, value)
        for prefix, (module, names) in modules.items()
        for name in names
        if name not in HARMLESS and callable(value := vars(module)[name])
    )


def changed(before: Shared) -> Iterator[str]:
    """What is another now, by its name."""
    return (told for told, names, name, value in before if names.get(name) is not value)
