"""The line in which a function makes what it returns, read from its source: told where it is certain, or not at all."""

import ast
from collections import deque
from collections.abc import Iterator, Mapping

BLANK = frozenset(("zeros", "zeros_like", "empty", "empty_like", "full", "full_like"))  # made to be filled
OTHER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
WRITING = (ast.NamedExpr, ast.Global, ast.Nonlocal, ast.Delete, ast.Try, ast.Match)  # in other ways


def lines_of(function: ast.FunctionDef, returns: tuple[str, ...]) -> Mapping[str, int]:
    """The line of each returned value that a single statement makes.

    It is certain where there is one return, of as many values as are asked for, and the value is an expression there,
    or a name that is given a value once, apart from an array that is made blank and filled by one statement.
    """
    inner = list(_inner(function))
    ends = [node for node in inner if isinstance(node, ast.Return)]
    if len(ends) != 1 or ends[0].value is None:
        return {}
    values = [ends[0].value] if len(returns) == 1 else getattr(ends[0].value, "elts", [])
    if len(values) != len(returns) or any(isinstance(value, ast.Starred) for value in values):
        return {}
    found = {name: _line_of(value, function, inner) for name, value in zip(returns, values, strict=True)}
    return {name: line for name, line in found.items() if line is not None}


def _line_of(value: ast.expr, function: ast.FunctionDef, inner: list[ast.AST]) -> int | None:
    if isinstance(value, ast.BinOp | ast.UnaryOp | ast.Compare):
        return value.lineno
    if not isinstance(value, ast.Name) or value.id in _parameters(function) or _may_change(value.id, inner):
        return None
    makers = [node for node in inner if isinstance(node, ast.stmt) and value.id in _given_by(node)]
    if any(not isinstance(node, ast.Assign | ast.AugAssign) for node in makers):
        return None
    filled = [node for node in makers if not _is_blank(_value(node, value.id))]
    if len(filled) != 1 or len(makers) - len(filled) > 1 or _is_unpacked(filled[0], value.id):
        return None
    return filled[0].lineno


def _inner(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is in a function and not in one that is made there."""
    waiting: deque[ast.AST] = deque(function.body)
    while waiting:
        node = waiting.popleft()
        yield node
        if not isinstance(node, OTHER_SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _parameters(function: ast.FunctionDef) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


def _given_by(node: ast.stmt) -> set[str]:
    """The names that a statement gives a value, or an entry of one."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    if isinstance(node, ast.With | ast.AsyncWith):
        targets = [item.optional_vars for item in node.items]
    return {name for target in targets if target is not None for name in _roots(target)}


def _roots(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _roots(each)
    elif isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        yield from _roots(target.value)


def _value(node: ast.AST, name: str) -> ast.expr | None:
    """What a name itself is given by an assignment, beside others or alone; None of what fills a part of it."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    (target,) = node.targets
    pairs = [(target, node.value)]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        pairs = list(zip(target.elts, node.value.elts, strict=False))
    return next((made for each, made in pairs if isinstance(each, ast.Name) and each.id == name), None)


def _is_blank(value: ast.expr | None) -> bool:
    function = value.func if isinstance(value, ast.Call) else None
    return isinstance(function, ast.Attribute) and function.attr in BLANK


def _is_unpacked(node: ast.AST, name: str) -> bool:
    """Whether it is one of several values that something else returns."""
    targets = [each for each in getattr(node, "targets", []) if isinstance(each, ast.Tuple | ast.List)]
    return any(name in _roots(target) for target in targets) and _value(node, name) is None


def _may_change(name: str, inner: list[ast.AST]) -> bool:
    """Whether something else may write to it: a call for its effect alone, an ``out=``, a name that comes otherwise."""
    for node in inner:
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if is_call and any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node)):
            return True
        if isinstance(node, ast.keyword) and node.arg == "out" and name in _roots(node.value):
            return True
        if isinstance(node, WRITING):
            return True
    return False
