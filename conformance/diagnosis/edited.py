"""Wrong functions as rows: a right way of the search in which some lines are others.

A line is one statement as it stands there, whatever its spaces and parentheses; of a loop or a branch it is the first
line. In place of it may stand several, or none. Where it stands in several functions, ``function: `` comes before it,
``function 2: `` where it is the second of its like there, ``all: `` where all of them are meant.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.source import VARIANTS, Folded, text_of
from gradproof.conformance.spec.conventions import DEFAULT

ALL = "all"
BLOCKS = ("body", "orelse")
NO_OTHER: Mapping[str, str] = {}
PLACE = re.compile(r"(?:(?P<function>\w+)(?: (?P<which>\d+))?: )?(?P<line>.*)", re.DOTALL)


def edited(
    way: str, lines: Mapping[str, str], names: Collection[str], alias: Mapping[str, str] = NO_OTHER
) -> Mapping[str, Callable[..., Any]]:
    """What a way has of these names, if lines of it are exchanged. Raises ValueError where one is not there once.

    Args:
        way: the file.
        lines: those that are exchanged, and by what.
        names: what is asked for.
        alias: other names of what is asked for.
    """
    tree = ast.parse(_right(way))
    for old, new in lines.items():
        _exchange(tree, old, new)
    space: dict[str, Any] = {"np": np, "kept": kept, "__name__": way}
    exec(compile(ast.fix_missing_locations(tree), f"{way}.py", "exec"), space)
    found = {name: space[name] for name in names if name in space}
    return {**found, **{name: found[own] for name, own in alias.items() if own in found}}


@cache
def _right(way: str) -> str:
    """The text of a way under the conventions as they are by default."""
    return ast.unparse(Folded(DEFAULT).visit(ast.parse(text_of(VARIANTS / f"{way}.py"))))


def _exchange(tree: ast.Module, old: str, new: str) -> None:
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} | {ALL: tree}
    at = PLACE.fullmatch(old)
    assert at
    is_placed = at["function"] in functions
    root, line = (functions[at["function"]], at["line"]) if is_placed else (tree, old)
    text = _header(_read(line)[0])
    found = [(block, i) for block in _blocks(root) for i, each in enumerate(block) if _header(each) == text]
    found.sort(key=lambda place: place[0][place[1]].lineno)
    if is_placed and at["which"]:
        found = found[int(at["which"]) - 1 :][:1]
    if not found or (len(found) > 1 and at["function"] != ALL):
        raise ValueError(f"{old!r} stands in {len(found)} places")
    for block, i in reversed(found):
        others = _read(new) or [ast.Pass()]
        for field in BLOCKS if hasattr(block[i], "body") else ():
            setattr(others[0], field, getattr(block[i], field, []))
        block[i : i + 1] = [ast.copy_location(each, block[i]) for each in others]


def _read(line: str) -> list[ast.stmt]:
    return ast.parse(f"{line} pass" if line.endswith(":") else line).body


def _header(statement: ast.stmt) -> str:
    """A statement, or its first line, always written the same way."""
    return ast.unparse(statement).partition("\n")[0] if hasattr(statement, "body") else ast.unparse(statement)


def _blocks(root: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements within a node."""
    for node in ast.walk(root):
        yield from (block for field in BLOCKS if isinstance(block := getattr(node, field, None), list) and block)
