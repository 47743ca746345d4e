"""The first-order edits of a function: each puts one other node, or list of statements, in a place of its tree."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from gradproof.conformance.diagnosis.search import operators, statements, wider
from gradproof.conformance.diagnosis.search.scope import Scope, Scopes

LEFT_OUT = ("annotation", "returns", "decorator_list", "args", "type_params", "ctx", "op", "ops", "format_spec")


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of a function.

    Args:
        function: the one that is changed.
        kind: how.
        parent, field: where the value stands.
        value: what stands there instead.
        old, new: what is exchanged for what; nothing, where something is left out or put in.
        statement: the one that it is in, as it is right.
    """

    function: ast.FunctionDef
    kind: str
    parent: ast.AST
    field: str
    value: Any
    old: ast.AST | None
    new: ast.AST | None
    statement: ast.stmt

    @property
    def has_parameter(self) -> bool:
        """Whether a number of it is to be solved for."""
        return self.new is not None and any(isinstance(n, ast.Name) and n.id == wider.FREE for n in ast.walk(self.new))

    @contextmanager
    def made(self) -> Iterator[None]:
        """The tree with the change in it, until the end."""
        before = getattr(self.parent, self.field)
        setattr(self.parent, self.field, self.value)
        try:
            yield
        finally:
            setattr(self.parent, self.field, before)

    @cached_property
    def code(self) -> CodeType | None:
        """The changed function, compiled when it is first asked for; None if it is none."""
        with self.made():
            for value in self.value if isinstance(self.value, list) else [self.value]:
                if isinstance(value, ast.AST):
                    _place(value, self.statement)
            try:
                compiled = compile(ast.Module([self.function], []), self.function.name, "exec")
            except (SyntaxError, ValueError, TypeError):
                return None
        return next(
            each for each in compiled.co_consts if isinstance(each, CodeType) and each.co_name == self.function.name
        )

    def changed_statement(self) -> str:
        """The statement with the change in it, as text."""
        with self.made():
            return ast.unparse(self.statement)


def edits_of(function: ast.FunctionDef, scopes: Scopes) -> Iterator[Edit]:
    """Every edit of what is reached of a function."""
    yield from _of_body(function, function, scopes)


def _of_body(function: ast.FunctionDef, parent: ast.AST, scopes: Scopes) -> Iterator[Edit]:
    for field in ("body", "orelse"):
        body = getattr(parent, field, None)
        if not isinstance(body, list):
            continue
        for position, statement in enumerate(body):
            scope = scopes.get(statement.lineno)
            if scope is None or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                continue
            for kind, others, old, new in statements.of(body, position, function.body[-1], scope):
                yield Edit(function, kind, parent, field, others, old, new, statement)
            yield from _of_expressions(function, statement, statement, scope)
            yield from _of_body(function, statement, scopes)


def _of_expressions(function: ast.FunctionDef, statement: ast.stmt, parent: ast.AST, scope: Scope) -> Iterator[Edit]:
    for field, value in ast.iter_fields(parent):
        if field in LEFT_OUT and not (isinstance(parent, ast.Call) and field == "args"):
            continue
        is_list = isinstance(value, list)
        for position, node in enumerate(value) if is_list else [(0, value)]:
            if not isinstance(node, ast.AST) or isinstance(node, ast.stmt):
                continue
            if isinstance(node, ast.expr) and not _is_stored(node):
                others = [("other", other) for other in operators.expressions(node)]
                seen = {ast.unparse(node), *(ast.unparse(other) for _, other in others)}
                for kind, other in wider.of(node, parent, field, scope):
                    if (text := ast.unparse(other)) not in seen:
                        seen.add(text)
                        others.append((kind, other))
                for kind, other in others:
                    whole = [*value[:position], other, *value[position + 1 :]] if is_list else other
                    yield Edit(function, kind, parent, field, whole, node, other, statement)
            yield from _of_expressions(function, statement, node, scope)


def _is_stored(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _place(node: ast.AST, statement: ast.stmt) -> None:
    """Give what is new in a tree the place of a statement. What has its own keeps it."""
    if not hasattr(node, "col_offset") and isinstance(node, ast.expr | ast.stmt | ast.keyword):
        ast.copy_location(node, statement)
    for child in ast.iter_child_nodes(node):
        _place(child, statement)
