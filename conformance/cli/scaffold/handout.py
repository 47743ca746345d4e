"""A hand-out: every function that contracts ask for, with its signature and its words, and nothing in it."""

import ast
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from gradproof.conformance.harness.donor import PACKAGE
from gradproof.conformance.spec.contract import Contract, Function

Definition = TypeVar("Definition", ast.FunctionDef, ast.ClassDef)

UNFILLED = "raise NotImplementedError"
SECTIONS = ("Args:", "Returns:")
INTERNAL = ("Raises:", "Source:")  # what our own code does beside the task


def source_of(contracts: Iterable[Contract]) -> str:
    """The Python of a hand-out. What several contracts ask for stands there once."""
    own = _own_definitions()
    parts: dict[str, str] = {}
    for contract in contracts:
        for function in contract.functions:
            name = function.name.partition(".")[0]
            if name not in parts:
                parts[name] = ast.unparse(_emptied(own[name])) if name in own else _declared(contract, function)
    return "import numpy as np\n\n\n" + "\n\n\n".join(parts.values()) + "\n"


def _own_definitions() -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """The functions and classes of gradproof's own implementation, by name."""
    return {node.name: node for file in sorted(PACKAGE.rglob("*.py")) for node in _definitions(file)}


def _definitions(file: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def _emptied(node: ast.FunctionDef | ast.ClassDef, depth: int = 1) -> ast.FunctionDef | ast.ClassDef:
    """The same without its body, its types and its decorators; of a class what a user calls stays."""
    told = _words(node.name, ast.get_docstring(node) or "")
    words = [ast.Expr(ast.Constant(textwrap.indent(told, "    " * depth).strip()))] if told else []
    if isinstance(node, ast.ClassDef):
        methods = [_emptied(each, 2) for each in node.body if isinstance(each, ast.FunctionDef) and _is_called(each)]
        return _like(node, body=[*words, *methods], bases=[], keywords=[])
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None:
            argument.annotation = None
    return _like(node, body=[*words, *ast.parse(UNFILLED).body], returns=None)


def _like(node: Definition, **changed: object) -> Definition:
    """The definition with other parts."""
    for name, value in {"decorator_list": [], **changed}.items():
        setattr(node, name, value)
    return ast.fix_missing_locations(node)


def _words(name: str, docstring: str) -> str:
    """What a docstring tells a student: of a backward its arguments and results, not its formula, which is the task."""
    paragraphs = docstring.split("\n\n")
    kept = [each for each in paragraphs if each.startswith(SECTIONS)]
    if "_backward" not in name:
        return "\n\n".join(each for each in paragraphs if not each.startswith(INTERNAL))
    forward = name.replace("_backward_alt", "_forward").replace("_backward", "_forward")
    return "\n\n".join([f"The gradients of {forward}.", *kept])


def _is_called(method: ast.FunctionDef) -> bool:
    return method.name == "__init__" or not method.name.startswith("_")


def _declared(contract: Contract, function: Function) -> str:
    """A function of a contract from outside: what goes in and comes out, with the shapes that were declared."""
    shapes = [f"    {name}: {contract.shapes[name]}" for name in function.takes if name in contract.shapes]
    returns = ", ".join(function.returns)
    words = [f"Part of {contract.name}.", *([] if not shapes else ["", "Args:", *shapes]), "", f"Returns: {returns}"]
    docstring = textwrap.indent('"""' + "\n".join(words) + '\n"""', "    ")
    return f"def {function.name}({', '.join(function.takes)}):\n{docstring}\n    {UNFILLED}"
