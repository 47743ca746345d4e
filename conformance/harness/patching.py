"""Functions of a submission replaced for a while, wherever its code looks them up. Runs beside untrusted code.

Two uses: proven layers in place of broken ones, to see whether a network recovers; and dropout with given masks, so
that a network that draws its own can be compared exactly.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CellType, FunctionType, ModuleType
from typing import Any

Functions = Mapping[str, Callable[..., Any]]


@contextmanager
def replaced(originals: Functions, replacements: Functions) -> Iterator[None]:
    """Every module that holds ``originals[name]`` under that name holds ``replacements[name]`` instead, until the end.

    A class or function finds what it calls in its own module, so this reaches star imports, ``layers.affine_forward``
    and blocks alike; what is wrapped or made in another function holds what it calls itself, and is reached too. Code
    that was copied into a method is not.
    """
    names = replacements.keys() & originals.keys()
    places = [
        (space, name)
        for space in _namespaces(originals)
        for name in names
        if name in space and _is_same(space[name], originals[name])
    ]
    cells = [
        (cell, name) for cell in _cells(originals) for name in names if _is_same(cell.cell_contents, originals[name])
    ]
    held = [cell.cell_contents for cell, _ in cells]
    before = [space[name] for space, name in places]
    for space, name in places:
        space[name] = replacements[name]
    for cell, name in cells:
        cell.cell_contents = replacements[name]
    try:
        yield
    finally:
        for (cell, _), own in zip(cells, held, strict=True):
            cell.cell_contents = own
        for (space, name), own in zip(places, before, strict=True):
            space[name] = own


def _namespaces(functions: Functions) -> list[dict[str, Any]]:
    """Those of all modules, and those in which the functions and the methods of classes look names up."""
    spaces = [vars(module) for module in list(sys.modules.values()) if isinstance(module, ModuleType)]
    methods = [m for f in functions.values() if isinstance(f, type) for cls in f.__mro__ for m in vars(cls).values()]
    return spaces + [f.__globals__ for f in (*functions.values(), *methods) if isinstance(f, FunctionType)]


def _cells(functions: Functions) -> list[CellType]:
    """What functions that were made in other functions hold of those, if it has a value."""
    made = [f for f in functions.values() if isinstance(f, FunctionType)]
    cells = {id(cell): cell for function in made for cell in function.__closure__ or ()}
    return [cell for cell in cells.values() if _has_value(cell)]


def _has_value(cell: CellType) -> bool:
    try:
        return bool([cell.cell_contents])
    except ValueError:
        return False


def _is_same(one: object, other: object) -> bool:
    """Whether two functions are one, or made by the same lines of a file that was imported under two names."""
    codes = [getattr(function, "__code__", None) for function in (one, other)]
    return one is other or (codes[0] is not None and codes[0] == codes[1])
