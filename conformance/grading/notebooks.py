"""A notebook's definitions as a Python file: imports, functions, classes and constants, and nothing that runs."""

import __future__

import ast
import builtins
import json
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gradproof.conformance.grading.handin import Bounds, IntakeProblem, shown
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

MAKERS = ("np", "numpy", "math", "functools", "partial")  # whose values may be constants
TYPES = ("float", "int", "bool", "complex")
READERS = ("load", "genfromtxt", "from", "save", "memmap", "DataSource")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MOST_UNREADABLE = 100  # cells that have a file each
MOST_ASKED = 20_000  # names that are asked of modules which are imported whole, one by one
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
# %magic, !command, name = %magic, ?help and help? are IPython's; "% x" or "!= x" may continue an expression.
MAGIC = re.compile(
    r"%|[ \t]*(?:[A-Za-z_]\w*[ \t]*=[ \t]*)?(?:%%?[A-Za-z]|!(?!=))|[ \t]*\?|[ \t]*[\w.]+\?{1,2}[ \t]*$", re.ASCII
)
# Not as a notebook itself would say that it expects a module not to be there: what is missing is then stood in for.
HARMLESS = "builtins.ImportError"


@dataclass(frozen=True)
class Converted:
    """A Python file's text, and what the notebook's author should know of how it was made."""

    source: str
    notes: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...] = ()  # cells that are no Python: a name for a file of each, and its text


def convert(content: bytes, bounds: Bounds) -> Converted:
    """The definitions of a notebook. Raises IntakeProblem if it is none, is cut off, or defines nothing."""
    cells = [cell for cell in _code_cells(_document(content)) if cell.strip()]
    if not cells:
        raise IntakeProblem(say("it is a notebook without code cells"))
    if sum(map(len, cells)) > bounds.code:
        raise IntakeProblem(say("it is a notebook with more than {most:,} characters of code", most=bounds.code))
    pieces, features, lost, notes = list[str](), set[str](), set[str](), list[str]()
    unreadable, whole = list[tuple[str, str]](), list[str]()
    for number, cell in enumerate(cells, start=1):
        try:
            for node, text in _statements(cell):
                if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                    features.update(alias.name for alias in node.names)
                elif _is_kept(node):
                    whole.extend(_imported_whole(node))
                    pieces.append(_guarded(node, text))
                else:
                    lost.update(_bound(node))
        except UNREADABLE as error:
            reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
            unreadable += [(f"code cell {number}.py", cell)] if len(unreadable) < MOST_UNREADABLE else []
            notes.append(
                say(
                    "code cell {number} cannot be read as Python ({name}), and was left out",
                    number=number,
                    name=shown((reason,)),
                )
            )
    if not pieces:
        raise IntakeProblem(joined(SENTENCES, (say("it is a notebook that defines nothing"), *notes[:1])))
    known = sorted(features & set(__future__.all_feature_names))
    head = [f"from __future__ import {', '.join(known)}"] * bool(known) + ["import builtins"]
    source = "\n\n".join(head + pieces) + "\n"
    used = _globals_used(source)
    others = used.difference(lost, vars(builtins))
    if others:
        modules = [*reversed(dict.fromkeys(whole))][: MOST_ASKED // len(others)]
        source += "".join(_one_by_one(module, sorted(others)) for module in modules)
    missed = sorted(lost & used)
    if missed:
        notes.append(
            say(
                "{name}: used by functions, but set by more than a constant, and left out",
                name=shown((", ".join(missed),)),
            )
        )
    return Converted(source, tuple(notes), tuple(unreadable))


def _document(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise IntakeProblem(say("it is no notebook: its byte {place:,} is no UTF-8 text", place=error.start)) from None
    except json.JSONDecodeError as error:
        at = say("{message} in line {line:,} of its text", message=error.msg, line=error.lineno)
        raise IntakeProblem(
            say("it is no notebook, or was cut off ({reason}): save and hand it in anew", reason=at)
        ) from None
    except (ValueError, RecursionError) as error:
        raise IntakeProblem(say("it is no notebook ({kind} as its JSON was read)", kind=type(error).__name__)) from None


def _code_cells(document: Any) -> Iterator[str]:
    """The sources of code cells, in order. nbformat 3 has them in worksheets and calls them input."""
    for cell in _cells(document):
        if not isinstance(cell, dict):
            raise IntakeProblem(say("it is no notebook: a cell is no object"))
        source = cell.get("source", cell.get("input", ""))
        if cell.get("cell_type") != "code":
            continue
        lines: list[Any] = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise IntakeProblem(say("it is no notebook: the source of a cell is no text"))
        yield "".join(lines).replace("\r\n", "\n").replace("\r", "\n")


def _cells(document: Any) -> list[Any]:
    sheets = document.get("worksheets", [document]) if isinstance(document, dict) else None
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        raise IntakeProblem(say("it is no notebook: it has no cells"))
    cells = [sheet.get("cells") for sheet in sheets]
    if not all(isinstance(each, list) for each in cells):
        raise IntakeProblem(say("it is no notebook: it has no cells"))
    return [cell for each in cells for cell in each]


def _statements(cell: str) -> Iterator[tuple[ast.stmt, str]]:
    """The top-level statements of a cell, each with its own text."""
    try:
        body = _parsed(cell)
    except SyntaxError:
        cell = "\n".join(map(_without_magic, cell.split("\n")))
        body = _parsed(cell)
    lines = [line.encode() for line in cell.split("\n")]
    for node in body:
        yield node, b"\n".join(_lines_of(node, lines)).decode()


def _parsed(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source).body


def _without_magic(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + "pass" if MAGIC.match(line) else line


def _lines_of(node: ast.stmt, lines: list[bytes]) -> list[bytes]:
    """The lines of a statement, without what shares its first and last with it, and without decorators."""
    first, end = node.lineno - 1, node.end_lineno or node.lineno
    own = lines[first:end]
    own[-1] = own[-1][: node.end_col_offset]
    own[0] = own[0][node.col_offset :]
    return own


def _is_kept(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Try():
            inner = [*node.body, *node.orelse, *node.finalbody, *(each for h in node.handlers for each in h.body)]
            return all(isinstance(each, ast.Pass) or _is_kept(each) for each in inner)
        case ast.Assign():
            return all(map(_is_name, node.targets)) and _is_constant(node.value)
        case ast.AnnAssign(target=ast.Name(), annotation=ast.Name(), value=ast.expr() as value):
            return _is_constant(value)
        case _:
            return False


def _is_name(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) or (
        isinstance(target, ast.Tuple | ast.List) and all(map(_is_name, target.elts))
    )


def _is_constant(value: ast.expr | None) -> bool:
    """Whether it is made of literals and of what libraries make of them, or is a function written as a lambda."""
    match value:
        case ast.Name():
            return value.id in TYPES
        case ast.Constant() | ast.Lambda():
            return True
        case ast.UnaryOp():
            return _is_constant(value.operand)
        case ast.BinOp():
            return _is_constant(value.left) and _is_constant(value.right)
        case ast.Tuple() | ast.List() | ast.Set():
            return all(map(_is_constant, value.elts))
        case ast.Dict():
            return all(map(_is_constant, (*value.keys, *value.values)))
        case ast.Attribute():
            return _is_of_a_library(value)
        case ast.Call():
            given = (*value.args, *(keyword.value for keyword in value.keywords))
            return _is_of_a_library(value.func) and all(map(_is_constant, given))
        case _:
            return False


def _is_of_a_library(value: ast.expr) -> bool:
    """Whether it is something of NumPy, math or functools that reads no file, as in ``np.finfo(float).eps``."""
    match value:
        case ast.Name():
            return value.id in (*MAKERS, *TYPES)
        case ast.Attribute():
            return not value.attr.startswith(READERS) and _is_of_a_library(value.value)
        case ast.Call():
            return _is_constant(value)
        case _:
            return False


def _guarded(node: ast.stmt, text: str) -> str:
    """A statement that does no harm if it fails: torch, or what plots, is absent where hand-ins are judged."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return f"try: {text}\nexcept {HARMLESS}: pass"
    names = (each for part in _evaluated(node) for each in ast.walk(part) if isinstance(each, ast.Name))
    is_value = isinstance(node, ast.Assign) and not isinstance(node.value, ast.Lambda)
    uses_library = is_value and any(isinstance(each, ast.Call | ast.Attribute) for each in ast.walk(node))
    if uses_library or (isinstance(node, (*DEFINITIONS, ast.AnnAssign)) and next(names, None)):
        error = "Exception" if uses_library else "NameError"
        handler = ast.ExceptHandler(ast.Name(error, ast.Load()), None, [ast.Pass()])
        return ast.unparse(ast.Try([node], [handler], [], []))
    return text


def _imported_whole(node: ast.stmt) -> Iterator[str]:
    """The module of which a statement imports all, by its whole name."""
    if isinstance(node, ast.ImportFrom) and node.module and not node.level and node.names[0].name == "*":
        yield node.module


def _one_by_one(module: str, names: list[str]) -> str:
    """What nothing in a notebook has given a value is from a module of which it imports all, if that is not there.

    Of several that are not, it is the last: as its names would take the places of the others'.
    """
    taken = f"        try: from {module} import {{name}}\n        except {HARMLESS}: pass"
    asked = "\n".join(f"    try: {name}\n    except NameError:\n{taken.format(name=name)}" for name in names)
    return f"\ntry: import {module}\nexcept ImportError:\n{asked}\n"


def _evaluated(node: ast.stmt) -> Iterator[ast.AST]:
    """What is evaluated when a definition is met: bases, decorators, defaults, annotations, a class's statements."""
    match node:
        case ast.ClassDef():
            yield from (*node.bases, *node.keywords, *node.decorator_list)
            yield from (part for each in node.body for part in _evaluated(each))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (*node.decorator_list, node.args, *([node.returns] if node.returns else []))
        case _:
            yield node


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement binds."""
    yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))


def _globals_used(source: str) -> set[str]:
    """The names that functions look up in the module, but that nothing in it binds."""
    try:
        table = symtable.symtable(source, "notebook.py", "exec")
    except UNREADABLE:
        return set()
    bound = {each.get_name() for each in table.get_symbols() if each.is_assigned() or each.is_imported()}
    return set(_looked_up(table)) - bound


def _looked_up(table: symtable.SymbolTable) -> Iterable[str]:
    for inner in table.get_children():
        yield from (each.get_name() for each in inner.get_symbols() if each.is_global())
        yield from _looked_up(inner)
