"""Systematic mutants of ``impl``: the same package with one expression or statement changed.

What is no arithmetic of a layer is left out: argument checks, messages, checkpoints, data sets, numeric gradients,
annotations, and the defaults of arguments, which the canonical API leaves to whoever writes it.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gradproof.conformance.diagnosis.search import operators

PACKAGE = Path(__file__).resolve().parents[2] / "impl"
LEFT_OUT_FILES = (
    "__init__.py",
    "validation.py",
    "datasets.py",
    "gradient_check.py",
    "solver/checkpoint.py",
    "solver/settings.py",
)
LEFT_OUT_FUNCTIONS = ("save", "load", "state", "restore", "state_of", "_splits", "_plain", "_to_stdout", "_to_nowhere")
OF_MEMORY = ("_blocks",)  # functions that decide how much is done at once, and not what
LEFT_OUT_FIELDS = ("annotation", "returns", "decorator_list", "args", "type_params", "format_spec", "ctx", "op", "ops")
LEFT_OUT_NAMES = (
    "__all__",
    "expected",
    "TURNED_OVER",
    "BLOCK_BYTES",
    "RUNNING",
    "report",
)  # messages, speed, checkpoints
SAYING = ("print", "report", "cast", "save")

Step = tuple[str, int | None]  # a field of a node, and the position in it if it is a list


@dataclass(frozen=True)
class Place:
    """A node of a module: the way to it, the function it is in, and the text of the statement around it."""

    way: tuple[Step, ...]
    node: ast.AST
    function: str
    statement: str


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Args:
        id: the file, the function and the change, which stay the same when lines move.
        file: relative to ``impl``.
        line: where it is, for a person to look at.
        way: to the changed node.
        node: what stands there instead.
    """

    id: str
    file: str
    line: int
    way: tuple[Step, ...]
    node: ast.AST

    @property
    def function(self) -> str:
        """``Solver.train``; empty outside of functions."""
        return self.id.split(":")[1]

    @property
    def stem(self) -> str:
        """``normalization``, ``networks``: whose contracts judge it."""
        return Path(self.file).parts[0].removesuffix(".py")

    def tree(self) -> ast.Module:
        """The changed module."""
        tree = deepcopy(_tree(self.file))
        parent: ast.AST = tree
        for field, position in self.way[:-1]:
            parent = getattr(parent, field) if position is None else getattr(parent, field)[position]
        field, position = self.way[-1]
        if position is None:
            setattr(parent, field, deepcopy(self.node))
        else:
            getattr(parent, field)[position] = deepcopy(self.node)
        return ast.fix_missing_locations(tree)

    def source_line(self) -> str:
        """The line that is changed, as it stands."""
        return (PACKAGE / self.file).read_text(encoding="utf-8").splitlines()[self.line - 1].strip()


def files() -> tuple[str, ...]:
    """The modules that are mutated, relative to ``impl``."""
    found = (path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py")))
    return tuple(file for file in found if Path(file).name != "__init__.py" and file not in LEFT_OUT_FILES)


@cache
def all_mutants() -> tuple[Mutant, ...]:
    """Every mutant, file by file in alphabetical order, in each from top to bottom."""
    return tuple(mutant for file in files() for mutant in mutants_of(file, _tree(file)))


def mutants_of(file: str, tree: ast.Module) -> Iterator[Mutant]:
    """The mutants of one module."""
    times: Counter[str] = Counter()
    for place in _places(tree, (), "", ""):
        for other in _others(place.node):
            words = f"{file}:{place.function}: {_change(place, other)}"
            times[words] += 1
            name = words if times[words] == 1 else f"{words} #{times[words]}"
            yield Mutant(name, file, getattr(place.node, "lineno", 0), place.way, other)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from operators.statements(node)
    elif isinstance(node, ast.expr):
        yield from operators.expressions(node)


def _change(place: Place, other: ast.AST) -> str:
    if isinstance(other, ast.Pass):
        return f"deleted {place.statement}"
    old, new = ast.unparse(place.node), ast.unparse(other)
    if isinstance(place.node, ast.Attribute) and isinstance(other, ast.Attribute):
        old, new = place.node.attr, other.attr
    return f"{old} -> {new}" + ("" if old == place.statement else f" in {place.statement}")


def _places(node: ast.AST, way: tuple[Step, ...], function: str, statement: str) -> Iterator[Place]:
    """Every node below that may be mutated, outer ones first."""
    for field, value in ast.iter_fields(node):
        if field in LEFT_OUT_FIELDS and not isinstance(node, ast.Call):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for position, child in children:
            if not isinstance(child, ast.AST) or _is_left_out(child):
                continue
            if isinstance(node, ast.ClassDef) and isinstance(child, ast.AnnAssign):
                continue
            inside = _qualified(function, child)
            around = ast.unparse(child).split("\n")[0] if isinstance(child, ast.stmt) else statement
            here = (*way, (field, position))
            if inside == function:
                yield Place(here, child, function, around)
            yield from _places(child, here, inside, around)


def _qualified(function: str, node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f"{function}.{node.name}".removeprefix(".")
    return function


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.Raise() | ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.FunctionDef(name=name):
            return name in (*LEFT_OUT_FUNCTIONS, *OF_MEMORY) or "require" in name or name.startswith("__post")
        case ast.If(body=body, orelse=[]):
            return all(_is_left_out(each) for each in body)
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=called) | ast.Expr(value=ast.Call(func=called)):
            name = operators.name_of(called)
            return name in SAYING or "require" in name
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            return name in LEFT_OUT_NAMES
    return False


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
