"""Python 2's ``/``: of two whole numbers, or of two arrays of them, it rounds down. Runs beside untrusted code."""

import ast
from numbers import Integral
from typing import Any

import numpy as np

DIVIDE, DIVIDE_IN_PLACE = "__old_divide__", "__old_divide_in_place__"


class OldDivision(ast.NodeTransformer):
    """``a / b`` becomes ``__old_divide__(a, b)``, and ``a /= b`` what it was too."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """A division anywhere in an expression."""
        self.generic_visit(node)
        return _call(DIVIDE, node.left, node.right, node) if isinstance(node.op, ast.Div) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """One in place: an array is divided where it is."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        now = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.copy_location(ast.Assign([node.target], _call(DIVIDE_IN_PLACE, now, node.value, node)), node)


def is_new(tree: ast.Module) -> bool:
    """Whether a file asks for today's division."""
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return any(alias.name == "division" for node in imports for alias in node.names)


def divide(first: Any, second: Any) -> Any:
    """``first / second`` in Python 2."""
    return first // second if _is_whole(first) and _is_whole(second) else first / second


def divide_in_place(first: Any, second: Any) -> Any:
    """``first /= second`` in Python 2."""
    if _is_whole(first) and _is_whole(second):
        first //= second
    else:
        first /= second
    return first


def _call(name: str, first: ast.expr, second: ast.expr, node: ast.AST) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), [first, second], [])
    for part in ast.walk(call):
        ast.copy_location(part, node)
    return call


def _is_whole(value: object) -> bool:
    return value.dtype.kind in "biu" if isinstance(value, np.ndarray) else isinstance(value, Integral | np.bool_)
