"""Another entry of a table by its name: the scale of one norm for that of another."""

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_text

ALL, FIRST = "self.params", 1  # the parameters of every layer, and the number of one

Shapes = Mapping[str, tuple[int, ...]]
Other = parentheses.Other


def of(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """Every other entry of the same shape, and that of the first layer."""
    match node:
        case ast.Subscript(value=table, slice=ast.Constant(value=str() as key), ctx=ast.Load()):
            shapes = scope.tables.get(ast.unparse(table), {})
            for other, shape in shapes.items():
                if other != key and shape == shapes.get(key):
                    yield "name", ast.Subscript(table, ast.Constant(other), ast.Load())
            if shapes and f"{key}{FIRST}" in scope.tables.get(ALL, {}):
                yield "name", of_text(f"{ALL}['{key}{FIRST}']")


def throughout(statement: ast.stmt, scope: Scope) -> Iterator[ast.stmt]:
    """The entries of another of several alike, wherever they are looked up: gamma_a, beta_a for gamma_f, beta_f."""
    looked_up = [found for node in ast.walk(statement) if (found := _by_key(node)) is not None]
    if len(set(looked_up)) < 2 or len({table for table, _ in looked_up}) > 1:
        return
    shapes = scope.tables.get(looked_up[0][0], {})
    keys = list(dict.fromkeys(key for _, key in looked_up))
    if all(f"{key}{FIRST}" in scope.tables.get(ALL, {}) for key in keys):
        first = {key: of_text(f"{ALL}['{key}{FIRST}']") for key in keys}
        yield _Replaced(first).visit(deepcopy(statement))
    ends = dict.fromkeys(other[-1] for key in keys for other in shapes if other[:-1] == key[:-1] and other != key)
    for end in ends:
        exchanged = {key: key[:-1] + end for key in keys}
        if all(shapes.get(other) == shapes.get(key) for key, other in exchanged.items()):
            yield _Exchanged(exchanged).visit(deepcopy(statement))


def _by_key(node: ast.AST) -> tuple[str, str] | None:
    """The table and the key, where something is looked up by a word."""
    match node:
        case ast.Subscript(value=table, slice=ast.Constant(value=str() as key), ctx=ast.Load()):
            return ast.unparse(table), key
    return None


class _Replaced(ast.NodeTransformer):
    """Looks up other entries elsewhere."""

    def __init__(self, others: Mapping[str, ast.expr]) -> None:
        self.others = others

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """The entry that is meant."""
        found = _by_key(node)
        return self.others[found[1]] if found is not None else node


class _Exchanged(ast.NodeTransformer):
    """Looks up other keys."""

    def __init__(self, exchanged: Mapping[str, str]) -> None:
        self.exchanged = exchanged

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """The same table, by another key."""
        self.generic_visit(node)
        if (found := _by_key(node)) is None:
            return node
        return ast.Subscript(node.value, ast.Constant(self.exchanged.get(found[1], found[1])), ast.Load())
