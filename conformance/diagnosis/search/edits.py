"""The first-order edits of a function: each puts one other node, or list of statements, in a place of its tree.

To compile a function costs more than to run it on a small case, so edits of expressions are compiled many at a time: in
the place of each stands a question which of them is meant.
"""

import ast
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from dataclasses import field as of_each
from functools import cached_property
from types import CodeType
from typing import Any

from gradproof.conformance.diagnosis.search import operators, statements, wider
from gradproof.conformance.diagnosis.search.scope import Scope, Scopes
from gradproof.conformance.diagnosis.search.widening.numbers import free

MEANT = "_meant"  # the name of the number of the edit that is meant, of those that are compiled at once
AT_ONCE = 24  # so many of them

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
        beside: those that are compiled at once, itself among them; none if it is compiled alone.
    """

    function: ast.FunctionDef
    kind: str
    parent: ast.AST
    field: str
    value: Any
    old: ast.AST | None
    new: ast.AST | None
    statement: ast.stmt
    beside: list["Edit"] = of_each(default_factory=list, repr=False)

    @cached_property
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
        """The changed function, compiled when it is first asked for, or one in which this is what is meant; or None."""
        if self.beside and (found := _compiled_at_once(self.beside)) is not None:
            for each in self.beside:
                vars(each)["code"] = found
            return found
        self.beside.clear()
        return compiled_alone(self)

    @property
    def number(self) -> int:
        """Its own among those that are compiled at once."""
        return next((i for i, each in enumerate(self.beside) if each is self), -1)

    def changed_statement(self) -> str:
        """The statement with the change in it, as text."""
        with self.made():
            return ast.unparse(self.statement)


def compiled_alone(*edits: Edit) -> CodeType | None:
    """A function with these changes in it and no choice; None if that is none, or one stands in the other's place."""
    places = [(id(edit.parent), edit.field) for edit in edits]
    if len(set(places)) < len(places):
        return None
    for edit in edits:
        before = getattr(edit.parent, edit.field)
        there = set(map(id, before)) if isinstance(before, list) else set()
        for value in edit.value if isinstance(edit.value, list) else [edit.value]:
            if isinstance(value, ast.AST) and id(value) not in there:
                _place(value, edit.statement)
    with ExitStack() as made:
        for edit in edits:
            made.enter_context(edit.made())
        return _compiled(edits[0].function)


def edits_of(function: ast.FunctionDef, scopes: Scopes) -> Iterator[Edit]:
    """Every edit of what is reached of a function."""
    yield from _of_body(function, function, scopes)
    yield from _of_options(function, scopes)


def compile_together(edits: Sequence[Edit]) -> None:
    """Let edits of expressions be compiled many at a time, each with those of its function that are near it."""
    by_function: dict[ast.FunctionDef, list[Edit]] = {}
    for edit in filter(_is_a_value, edits):
        by_function.setdefault(edit.function, []).append(edit)
    for alike in by_function.values():
        for start in range(0, len(alike), AT_ONCE):
            beside = alike[start : start + AT_ONCE]
            for edit in beside:
                object.__setattr__(edit, "beside", beside)


def _is_a_value(edit: Edit) -> bool:
    """Whether a choice may stand in its place: not in that of a slice, nor in a text."""
    if not isinstance(edit.old, ast.expr) or not isinstance(edit.new, ast.expr) or _is_in_statements(edit):
        return False
    return not isinstance(edit.parent, ast.JoinedStr) and not any(map(_is_cut, (edit.old, edit.new)))


def _is_in_statements(edit: Edit) -> bool:
    return isinstance(edit.value, list) and any(isinstance(each, ast.stmt) for each in edit.value)


def _is_cut(node: ast.AST) -> bool:
    elements = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(each, ast.Slice | ast.Starred) for each in elements)


def _compiled_at_once(edits: Sequence[Edit]) -> CodeType | None:
    """The function with a choice in the place of each edit; None if that is none."""
    places: dict[tuple[int, str], tuple[ast.AST, str, Any]] = {}
    try:
        for number, edit in enumerate(edits):
            before = getattr(edit.parent, edit.field)
            places.setdefault((id(edit.parent), edit.field), (edit.parent, edit.field, before))
            setattr(edit.parent, edit.field, _with_choice(before, edit, number))
        return _compiled(edits[0].function)
    finally:
        for parent, name, before in places.values():
            setattr(parent, name, before)


def _with_choice(before: Any, edit: Edit, number: int) -> Any:
    """What stands in the place of an edit, and what it puts there where its number is meant."""
    assert isinstance(edit.new, ast.expr)
    at = next(i for i, each in enumerate(edit.value) if each is edit.new) if isinstance(before, list) else 0
    is_meant = ast.Compare(ast.Name(MEANT, ast.Load()), [ast.Eq()], [ast.Constant(number)])
    choice = ast.IfExp(is_meant, edit.new, before[at] if isinstance(before, list) else before)
    _place(edit.new, edit.statement)
    for each in (choice, is_meant, is_meant.left, *is_meant.comparators):
        ast.copy_location(each, edit.statement)
    return [*before[:at], choice, *before[at + 1 :]] if isinstance(before, list) else choice


def _compiled(function: ast.FunctionDef) -> CodeType | None:
    """The code of a function as its tree is now; None if it is none."""
    try:
        compiled = compile(ast.Module([function], []), function.name, "exec")
    except (SyntaxError, ValueError, TypeError):
        return None
    return next(each for each in compiled.co_consts if isinstance(each, CodeType) and each.co_name == function.name)


def _of_options(function: ast.FunctionDef, scopes: Scopes) -> Iterator[Edit]:
    """A number for one that is handed over, in all places where it is used."""
    for at, statement in enumerate(function.body):
        names = [each.arg for each in function.args.args] if at == 0 else _unpacked(function.body[at - 1])
        scope = scopes.get(statement.lineno, Scope())
        if "y" in names and "y" in scope.arrays and at == 0:
            label = ast.BinOp(ast.Name("y", ast.Load()), ast.Sub(), ast.Constant(1))
            counted = ast.Assign([ast.Name("y", ast.Store())], label)
            yield Edit(
                function, "throughout", function, "body", [counted, *function.body], label.left, label, statement
            )
        for name in (each for each in names if scope.scalars.get(each) is False):
            used = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name and not _is_stored(n)]
            if len(used) > 1:  # in one place it is exchanged there
                fixed = ast.Assign([ast.Name(name, ast.Store())], free())
                body = [*function.body[:at], fixed, *function.body[at:]]
                yield Edit(function, "fixed", function, "body", body, used[0], fixed.value, statement)


def _unpacked(statement: ast.stmt) -> list[str]:
    """The names of several that a statement takes out of one value."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=elements)], value=ast.Name()):
            return [each.id for each in elements if isinstance(each, ast.Name)]
    return []


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
