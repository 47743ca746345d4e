"""The right ways to write a contract, as source: what edits are made to. One file of ``variants`` is one way.

What a way does under one convention and not under another stands under ``if dialect.NAME == "VALUE":``; under a
dialect only the branch that is meant is left of it, so that an edit is one of what the student was asked for.
The last way of a layer is the one of ``impl``.
"""

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.source import VARIANTS, Folded, text_of, tree_of
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, function_names, stem_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

IMPL = Path(__file__).resolve().parents[3] / "impl"


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
    return tuple(way_of(file, dialect.restricted(contract.dialects)) for file in files_of(contract))


def files_of(contract: Contract) -> tuple[Path, ...]:
    """The files of ways that offer all functions of a contract.

    Where functions promise one contract or another there are ways of their own for the other: their text has its name.
    """
    names = {function.name.partition(".")[0] for function in contract.functions}
    special = {row.name for row in all_contracts() if row.instead_of}
    meant = special & {contract.name}
    asked = (file for file in _files() if {name for name in special if name in text_of(file)} == meant)
    mentioning = (file for file in asked if all(name in text_of(file) for name in names))  # the rest is not parsed
    return tuple(file for file in mentioning if names <= _defined(file))


@cache
def way_of(file: Path, dialect: Dialect) -> Way:
    """A file under a dialect."""
    tree = Folded(dialect).visit(tree_of(file))
    space: dict[str, Any] = {"np": np, "kept": kept, "__name__": file.stem}
    exec(compile(tree, str(file), "exec"), space)
    trees, functions = _paired(tree, space)
    return Way(file.stem, trees, functions, _session_of(space, file.name), space)


def way_of_impl(contract: Contract, dialect: Dialect) -> tuple[Way, ...]:
    """What ``impl`` has for a layer, if that is what the dialect asks for; nothing for a network or a training."""
    stem, spoken = stem_of(contract), contract.dialects
    is_meant = all(getattr(dialect, name) == getattr(DEFAULT, name) for name in spoken)
    return (_impl(stem),) if is_meant and not contract.transplants and (IMPL / f"{stem}.py").exists() else ()


@cache
def _impl(stem: str) -> Way:
    """A module of ``impl`` and those that it calls, without what they refuse; all see the same builtins."""
    importer = _Importer()
    module = importer.module(stem)
    trees: dict[CodeType, ast.FunctionDef] = {}
    functions: dict[CodeType, FunctionType] = {}
    for name, tree in importer.trees.items():
        more_trees, more_functions = _paired(tree, vars(importer.modules[name]))
        trees |= more_trees
        functions |= more_functions
    return Way(f"impl.{stem}", trees, functions, _session_of(vars(module), f"{stem}.py"), importer.space)


@dataclass
class _Importer:
    """Loads modules of ``impl`` by their source, beside those that are imported."""

    modules: dict[str, ModuleType] = field(default_factory=dict)
    trees: dict[str, ast.Module] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.space = {**vars(builtins), "__import__": self._import}

    def module(self, name: str) -> ModuleType:
        """The module, loaded once."""
        if name not in self.modules:
            module = self.modules[name] = ModuleType(name)
            self.trees[name] = _Accepting().visit(tree_of(IMPL / f"{name}.py"))
            vars(module)["__builtins__"] = self.space
            exec(compile(self.trees[name], str(IMPL / f"{name}.py"), "exec"), vars(module))
        return self.modules[name]

    def _import(self, name: str, *given: Any) -> ModuleType:
        """What ``__import__`` is for these modules: of globals, locals, names and level only the level matters here."""
        is_relative = len(given) > 3 and given[3] > 0
        return self.module(name) if is_relative else __import__(name, *given)


class _Accepting(ast.NodeTransformer):
    """Leaves out the questions whether inputs are as they must be."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Nothing in the place of a call that requires something."""
        name = getattr(node.value.func, "id", "") if isinstance(node.value, ast.Call) else ""
        return ast.copy_location(ast.Pass(), node) if "require" in name else node

    def visit_If(self, node: ast.If) -> ast.stmt:
        """Nothing in the place of a question of which nothing but an exception comes."""
        if all(isinstance(each, ast.Raise) for each in node.body) and not node.orelse:
            return ast.copy_location(ast.Pass(), node)
        self.generic_visit(node)
        return node


def _paired(
    tree: ast.Module, space: Mapping[str, Any]
) -> tuple[dict[CodeType, ast.FunctionDef], dict[CodeType, FunctionType]]:
    """The functions and methods that a module defines, and their trees, each by its code."""
    functions = {f.__code__: f for value in space.values() for f in _functions_in(value, space["__name__"])}
    places = {(code.co_name, code.co_firstlineno): code for code in functions}
    trees = {
        places[node.name, node.lineno]: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.name, node.lineno) in places
    }
    return trees, functions


def _session_of(space: Mapping[str, Any], file: str) -> LocalSession:
    offered = {name: space[name] for name in function_names() & space.keys()}
    return LocalSession(offered, Inventory(dict.fromkeys(offered, file)))


def _functions_in(value: Any, module: str) -> list[FunctionType]:
    members = vars(value).values() if isinstance(value, type) else (value,)
    return [f for f in members if isinstance(f, FunctionType) and f.__module__ == module]


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(VARIANTS.glob("*.py")))


@cache
def _defined(file: Path) -> frozenset[str]:
    tree = tree_of(file)
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = {
        t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)
    }
    return frozenset(named | assigned)
