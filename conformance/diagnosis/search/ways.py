"""The right ways to write a contract, as source: what edits are made to. One file of ``variants`` is one way.

What a way does under one convention and not under another stands under ``if dialect.NAME == "VALUE":``; under a
dialect only the branch that is meant is left of it, so that an edit is one of what the student was asked for.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions.dropout.base import kept
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import function_names
from gradproof.conformance.spec.conventions import Dialect

VARIANTS = Path(__file__).resolve().parent / "variants"


@dataclass(frozen=True, eq=False)
class Way:
    """A file of right functions under a dialect.

    Args:
        name: of the file.
        trees: the functions and methods by their code, as parsed.
        functions: those of them that are Python functions, by their code.
        session: the file as a submission.
        space: its names.
    """

    name: str
    trees: Mapping[CodeType, ast.FunctionDef]
    functions: Mapping[CodeType, FunctionType]
    session: LocalSession
    space: dict[str, Any]


def ways_of(contract: Contract, dialect: Dialect) -> tuple[Way, ...]:
    """The ways that offer all functions of a contract."""
    names = {function.name.partition(".")[0] for function in contract.functions}
    return tuple(way_of(file, dialect.restricted(contract.dialects)) for file in _files() if names <= _defined(file))


@cache
def way_of(file: Path, dialect: Dialect) -> Way:
    """A file under a dialect."""
    tree = _Folded(dialect).visit(_tree(file))
    space: dict[str, Any] = {"np": np, "kept": kept, "__name__": file.stem}
    exec(compile(tree, str(file), "exec"), space)
    functions = {f.__code__: f for value in space.values() for f in _functions_in(value, file.stem)}
    places = {(code.co_name, code.co_firstlineno): code for code in functions}
    trees = {
        places[node.name, node.lineno]: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.name, node.lineno) in places
    }
    offered = {name: space[name] for name in function_names() & space.keys()}
    return Way(file.stem, trees, functions, LocalSession(offered, Inventory(dict.fromkeys(offered, file.name))), space)


def _functions_in(value: Any, module: str) -> list[FunctionType]:
    members = vars(value).values() if isinstance(value, type) else (value,)
    return [f for f in members if isinstance(f, FunctionType) and f.__module__ == module]


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(VARIANTS.glob("*.py")))


@cache
def _defined(file: Path) -> frozenset[str]:
    tree = _tree(file)
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = {
        t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)
    }
    return frozenset(named | assigned)


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


class _Folded(ast.NodeTransformer):
    """Leaves of every ``if dialect.NAME == "VALUE":`` what the dialect means."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def visit_If(self, node: ast.If) -> Any:
        """The branch that is meant, in the place of the question."""
        self.generic_visit(node)
        match node.test:
            case ast.Compare(
                left=ast.Attribute(value=ast.Name(id="dialect"), attr=name),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=value)],
            ):
                return node.body if getattr(self.dialect, name) == value else node.orelse
        return node
