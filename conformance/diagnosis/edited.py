"""Wrong functions as rows: a right way of the search in which some lines are others.

A line is one statement as it stands there, whatever its spaces and parentheses; of a loop or a branch it is the first
line. In place of it may stand several, or none; the first of them that begins a block keeps what stood below the old
one. Where a line stands in several functions, ``function: `` comes before it, ``function 2: `` where it is the second
of its like there, ``all: `` where all of them are meant.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.source import VARIANTS, Folded, tree_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

ALL = "all"
BLOCKS = ("body", "orelse")
NO_OTHER: Mapping[str, str] = {}
PLACE = re.compile(r"(?:(?P<function>\w+)(?: (?P<which>\d+))?: )?(?P<line>.*)", re.DOTALL)


@dataclass(frozen=True)
class _Right:
    """A way under some conventions: its code, and its functions with the lines that each has."""

    code: CodeType
    functions: Sequence[tuple[ast.FunctionDef, Collection[str]]]


def edited(
    way: str,
    lines: Mapping[str, str],
    names: Collection[str],
    alias: Mapping[str, str] = NO_OTHER,
    dialect: Dialect = DEFAULT,
) -> Mapping[str, Callable[..., Any]]:
    """What a way has of these names, if lines of it are exchanged. Raises ValueError where one is not there once.

    Args:
        way: the file, among the ways of the search or by its path, without its ending.
        lines: those that are exchanged, and by what.
        names: what is asked for.
        alias: what functions of the way are called too, where they are asked for by either name.
        dialect: the conventions under which the way is right.
    """
    space: dict[str, Any] = {"np": np, "kept": kept, "__name__": way}
    exec(_right(way, dialect).code, space)
    made = {(f.__name__, f.__code__.co_firstlineno): f for value in space.values() for f in _functions_in(value, way)}
    changed = _changed(way, lines, dialect)
    if hidden := alias.keys() & {function.name for function in changed}:
        raise ValueError(f"what is exchanged in {', '.join(hidden)} is not offered: it is another name")
    for function in changed:
        made[function.name, function.lineno].__code__ = _code_of(function)
    found = {name: space[name] for name in names if name in space}
    others = {name: own for name, own in alias.items() if {name, own} & {*names} and own in space}
    return {**found, **{name: space[own] for name, own in others.items()}}


@cache
def _right(way: str, dialect: Dialect) -> _Right:
    tree = ast.fix_missing_locations(Folded(dialect).visit(tree_of(VARIANTS / f"{way}.py")))
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    functions = [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]
    told = [(each, {_header(block[i]) for block, i in _places(each)}) for each in functions]
    return _Right(compile(tree, f"{way}.py", "exec"), told)


def _changed(way: str, lines: Mapping[str, str], dialect: Dialect) -> Collection[ast.FunctionDef]:
    """The functions of a way in which a line is another."""
    changed: dict[int, ast.FunctionDef] = {}
    functions = _right(way, dialect).functions
    names = {function.name for function, _ in functions}
    for old, new in lines.items():
        at = PLACE.fullmatch(old)
        assert at
        place, line = (at["function"], at["line"]) if at["function"] in {ALL, *names} else ("", old)
        text = _header(_read(line)[0])
        having = [each for each, told in functions if text in told and place in ("", ALL, each.name)]
        copies = [changed.setdefault(each.lineno, deepcopy(each)) for each in having]
        found = [(block, i) for each in copies for block, i in _places(each) if _header(block[i]) == text]
        found = found[int(at["which"]) - 1 :][:1] if place and at["which"] else found
        if not found or (len(found) > 1 and place != ALL):
            raise ValueError(f"{old!r} stands in {len(found)} places")
        for block, i in reversed(found):
            _exchange(block, i, new)
    return changed.values()


def _exchange(block: list[ast.stmt], i: int, new: str) -> None:
    others = _read(new) or [ast.Pass()]
    if hasattr(block[i], "body"):
        at = next((each for each in others if hasattr(each, "body")), others[0])
        for field in BLOCKS:
            setattr(at, field, getattr(block[i], field, []))
    block[i : i + 1] = [ast.fix_missing_locations(ast.copy_location(each, block[i])) for each in others]


def _read(line: str) -> list[ast.stmt]:
    return ast.parse(f"{line} pass" if line.endswith(":") else line).body


def _header(statement: ast.stmt) -> str:
    """A statement, or its first line, always written the same way."""
    return ast.unparse(statement).partition("\n")[0] if hasattr(statement, "body") else ast.unparse(statement)


def _places(function: ast.FunctionDef) -> Sequence[tuple[list[ast.stmt], int]]:
    """Where a function has a statement: its block, and the place in it; from the first to the last."""
    found = [(block, i) for block in _blocks(function) for i in range(len(block))]
    return sorted(found, key=lambda place: place[0][place[1]].lineno)


def _blocks(root: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements within a node."""
    for node in ast.walk(root):
        yield from (block for field in BLOCKS if isinstance(block := getattr(node, field, None), list) and block)


def _functions_in(value: Any, module: str) -> Iterator[FunctionType]:
    """A function of this module, or those that a class of it defines."""
    members = vars(value).values() if isinstance(value, type) else (value,)
    yield from (each for each in members if isinstance(each, FunctionType) and each.__module__ == module)


def _code_of(function: ast.FunctionDef) -> CodeType:
    compiled = compile(ast.Module([function], []), function.name, "exec")
    return next(each for each in compiled.co_consts if isinstance(each, CodeType) and each.co_name == function.name)
